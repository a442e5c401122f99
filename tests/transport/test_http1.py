"""What the gateway's own HTTP/1.1 client does beyond the contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import Code
from gateway.transport.http1.client import Http1Transport
from gateway.transport.port import SubgraphResponse, TransportError
from gateway.transport.settings import TransportSettings
from tests.transport.conftest import ask
from tests.transport.peer import Exchange, eventually, peer, unused_port

ANSWER = b'{"data":{"a":1}}'
MESSAGE = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(ANSWER), ANSWER)


async def fine(exchange: Exchange) -> None:
    await exchange.write(MESSAGE)


@pytest.fixture
async def transport() -> AsyncIterator[Http1Transport]:
    made = Http1Transport(TransportSettings(timeout=10.0))
    yield made
    await made.close()


async def failure(call: object) -> TransportError:
    with pytest.raises(TransportError) as caught:
        await call  # type: ignore[misc]
    return caught.value


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: xchunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length : 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: a\r\n folded\r\n\r\n",
        b"HTTP/1.1 200 OK\ncontent-length: 2\n\n",
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
    ],
)
async def test_ambiguous_framing_is_refused(transport: Http1Transport, head: bytes) -> None:
    async def ambiguous(exchange: Exchange) -> None:
        await exchange.write(head + b"ab")

    async with peer(ambiguous) as subgraph:
        error = await failure(transport.send(ask(subgraph.url)))
    assert error.code is Code.SUBREQUEST_MALFORMED_RESPONSE


@pytest.mark.parametrize("surplus", [b"x", MESSAGE, b"\r\nHTTP/1.1 200 OK\r\n\r\nevil"])
async def test_bytes_after_an_answer_never_become_the_next_answer(
    transport: Http1Transport, surplus: bytes
) -> None:
    async def chatty(exchange: Exchange) -> None:
        body = b'{"n":%d}' % exchange.number
        await exchange.write(b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n" + body + surplus)

    async with peer(chatty) as subgraph:
        for number in range(3):
            answer = await transport.send(ask(subgraph.url))
            assert answer.body == b'{"n":%d}' % number
        assert subgraph.connections == 3


async def test_bytes_on_an_idle_connection_close_it(transport: Http1Transport) -> None:
    async def late(exchange: Exchange) -> None:
        await fine(exchange)
        if exchange.number == 0:
            await asyncio.sleep(0.01)
            await exchange.write(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")

    async with peer(late) as subgraph:
        await transport.send(ask(subgraph.url))
        await eventually(lambda: not subgraph.open_connections)
        assert (await transport.send(ask(subgraph.url))).body == ANSWER
        assert subgraph.connections == 2


async def test_too_many_header_bytes() -> None:
    async def wordy(exchange: Exchange) -> None:
        lines = b"".join(b"x-%d: %b\r\n" % (number, b"y" * 100) for number in range(200))
        await exchange.write(b"HTTP/1.1 200 OK\r\n" + lines + b"content-length: 0\r\n\r\n")

    transport = Http1Transport(TransportSettings(max_header_bytes=10_000))
    async with peer(wordy) as subgraph:
        error = await failure(transport.send(ask(subgraph.url)))
    await transport.close()
    assert error.code is Code.SUBREQUEST_TOO_LARGE


async def test_a_full_queue_sheds_the_request() -> None:
    release = asyncio.Event()

    async def held(exchange: Exchange) -> None:
        await release.wait()
        await fine(exchange)

    transport = Http1Transport(TransportSettings(max_connections=1, max_waiting=1))
    async with peer(held) as subgraph:
        tasks = [asyncio.create_task(transport.send(ask(subgraph.url))) for _ in range(2)]
        await eventually(lambda: subgraph.exchanges)
        error = await failure(transport.send(ask(subgraph.url)))
        release.set()
        answers = await asyncio.gather(*tasks)
    await transport.close()
    assert error.code is Code.DOWNSTREAM_SERVICE_ERROR
    assert not error.sent
    assert [answer.body for answer in answers] == [ANSWER, ANSWER]


async def test_cancelled_waiters_leave_the_queue() -> None:
    release = asyncio.Event()

    async def held(exchange: Exchange) -> None:
        await release.wait()
        await fine(exchange)

    transport = Http1Transport(TransportSettings(max_connections=1, max_waiting=50))
    async with peer(held) as subgraph:
        tasks = [asyncio.create_task(transport.send(ask(subgraph.url))) for _ in range(21)]
        await eventually(lambda: subgraph.exchanges)
        for task in tasks[1::2]:
            task.cancel()
        release.set()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert len(subgraph.exchanges) == 11
    await transport.close()
    assert sum(isinstance(result, SubgraphResponse) for result in done) == 11
    assert sum(isinstance(result, asyncio.CancelledError) for result in done) == 10


async def test_places_of_failed_connections_are_given_on() -> None:
    transport = Http1Transport(TransportSettings(max_connections=2))
    url = f"http://127.0.0.1:{unused_port()}/"
    errors = await asyncio.gather(
        *(transport.send(ask(url)) for _ in range(20)), return_exceptions=True
    )
    await transport.close()
    assert {type(error) for error in errors} == {TransportError}


async def test_places_of_connections_that_are_closed_at_once_are_given_on() -> None:
    accepted = 0

    async def door(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal accepted
        accepted += 1
        if accepted > 20:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(MESSAGE)
        writer.close()

    server = await asyncio.start_server(door, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    transport = Http1Transport(TransportSettings(max_connections=2, timeout=10.0))
    for _ in range(20):
        error = await failure(transport.send(ask(url)))
        assert error.code is Code.SUBREQUEST_HTTP_ERROR
    await eventually(lambda: accepted == 20)
    assert (await transport.send(ask(url))).body == ANSWER
    await transport.close()
    server.close()


async def test_a_mutation_does_not_use_a_connection_that_idled_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.transport.http1.pool._MAX_IDLE_BEFORE_UNREPEATABLE", -1.0)
    transport = Http1Transport(TransportSettings())
    async with peer(fine) as subgraph:
        await transport.send(ask(subgraph.url))
        await transport.send(ask(subgraph.url))
        assert subgraph.connections == 1
        await transport.send(ask(subgraph.url, idempotent=False))
        assert subgraph.connections == 2
    await transport.close()


async def test_idle_connections_are_closed_after_their_time() -> None:
    transport = Http1Transport(TransportSettings(keepalive_expiry=0.05))
    async with peer(fine) as subgraph:
        await asyncio.gather(*(transport.send(ask(subgraph.url)) for _ in range(4)))
        await eventually(lambda: not subgraph.open_connections)
    await transport.close()


async def test_an_answer_before_the_request_was_read_costs_the_connection(
    transport: Http1Transport,
) -> None:
    async def impatient(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n")

    server = await asyncio.start_server(impatient, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    body = b"x" * 50_000_000
    answer = await transport.send(ask(f"http://127.0.0.1:{port}/", body))
    server.close()
    assert answer.status == 413


async def test_a_closed_transport_refuses(transport: Http1Transport) -> None:
    async with peer(fine) as subgraph:
        await transport.send(ask(subgraph.url))
        await transport.close()
        error = await failure(transport.send(ask(subgraph.url)))
    assert not error.sent


async def test_close_fails_what_is_under_way(transport: Http1Transport) -> None:
    async def silence(exchange: Exchange) -> None:
        await asyncio.Event().wait()

    async with peer(silence) as subgraph:
        task = asyncio.create_task(transport.send(ask(subgraph.url)))
        await eventually(lambda: subgraph.exchanges)
        await transport.close()
        error = await failure(task)
    assert error.code is Code.SUBREQUEST_HTTP_ERROR


async def test_many_deadlines_with_one_timer(transport: Http1Transport) -> None:
    async def silence(exchange: Exchange) -> None:
        await asyncio.Event().wait()

    async with peer(silence) as subgraph:
        loop = asyncio.get_running_loop()
        start = loop.time()
        order: list[int] = []

        async def call(number: int, wait: float) -> None:
            error = await failure(transport.send(ask(subgraph.url, deadline=start + wait)))
            assert error.code is Code.GATEWAY_TIMEOUT
            assert loop.time() >= start + wait
            order.append(number)

        await asyncio.gather(call(0, 0.15), call(1, 0.05), call(2, 0.1))
    assert order == [1, 2, 0]


PIECES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 500 No\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"content-length: 3\r\n",
        b"content-encoding: gzip\r\n",
        b"transfer-encoding: chunked\r\n",
        b"connection: close\r\n",
        b"\r\n",
        b"3\r\nabc\r\n",
        b"0\r\n\r\n",
        b"abc",
        b"\x1f\x8b\x08\x00",
        b"\x00",
    ]
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pieces=st.lists(st.one_of(PIECES, st.binary(max_size=12)), max_size=10))
def test_whatever_a_subgraph_sends_the_exchange_ends(pieces: list[bytes]) -> None:
    """Either an answer or a coded error: no hang, no other exception, no connection left over."""

    async def scene() -> None:
        async def script(exchange: Exchange) -> None:
            for piece in pieces:
                await exchange.write(piece)
            exchange.close()

        transport = Http1Transport(TransportSettings())
        async with peer(script) as subgraph, asyncio.timeout(10):
            try:
                answer = await transport.send(ask(subgraph.url))
                assert answer.status >= 200
            except TransportError as error:
                assert error.code in (
                    Code.SUBREQUEST_HTTP_ERROR,
                    Code.SUBREQUEST_MALFORMED_RESPONSE,
                )
            await transport.close()

    asyncio.run(scene())
