"""What every transport keeps, whatever carries the bytes, and whatever the subgraph does."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest

from gateway.errors import Code
from gateway.transport.port import TransportError
from tests.transport.conftest import Build, ask
from tests.transport.peer import Exchange, eventually, peer, unused_port

ANSWER = b'{"data":{"a":1}}'


async def fine(exchange: Exchange) -> None:
    await exchange.answer(ANSWER, "content-type: application/json")


async def silence(exchange: Exchange) -> None:
    await asyncio.Event().wait()


async def failure(transport_call: object) -> TransportError:
    with pytest.raises(TransportError) as caught:
        await transport_call  # type: ignore[misc]
    return caught.value


# --- requests -----------------------------------------------------------------------------------


async def test_sends_body_and_headers_and_returns_status_headers_and_body(build: Build) -> None:
    async with peer(fine) as subgraph:
        headers = (("authorization", "Bearer t"), ("x-tenant", "münchen"))
        response = await build().send(
            ask(subgraph.url + "?v=1", b'{"query":"{ b }"}', headers=headers)
        )
        exchange = subgraph.exchanges[0]
    assert (response.status, response.body) == (200, ANSWER)
    assert response.header("content-type") == "application/json"
    assert exchange.request_line == "POST /graphql?v=1 HTTP/1.1"
    assert exchange.body == b'{"query":"{ b }"}'
    assert exchange.header("authorization") == "Bearer t"
    assert exchange.header("x-tenant") == "münchen"
    assert exchange.header("content-type") == "application/json"
    assert exchange.header("host") == f"127.0.0.1:{subgraph.port}"
    assert "application/graphql-response+json" in (exchange.header("accept") or "")


async def test_any_status_is_an_answer(build: Build) -> None:
    async def teapot(exchange: Exchange) -> None:
        await exchange.answer(b"short and stout", status="418 I'm a teapot")

    async with peer(teapot) as subgraph:
        response = await build().send(ask(subgraph.url))
    assert (response.status, response.body) == (418, b"short and stout")


async def test_answers_without_body(build: Build) -> None:
    async def nothing(exchange: Exchange) -> None:
        await exchange.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    async with peer(nothing) as subgraph:
        transport = build()
        for _ in range(2):
            response = await transport.send(ask(subgraph.url))
            assert (response.status, response.body) == (204, b"")
        assert subgraph.connections == 1


async def test_connection_headers_of_the_caller_are_left_out(build: Build) -> None:
    async with peer(fine) as subgraph:
        headers = (
            ("host", "elsewhere"),
            ("content-length", "3"),
            ("transfer-encoding", "chunked"),
            ("connection", "close"),
            ("expect", "100-continue"),
            ("accept-encoding", "br"),
        )
        await build().send(ask(subgraph.url, headers=headers))
        exchange = subgraph.exchanges[0]
    names = [name for name, _ in exchange.headers]
    assert names.count("host") == names.count("content-length") == 1
    assert exchange.header("host") == f"127.0.0.1:{subgraph.port}"
    assert "transfer-encoding" not in names
    assert "expect" not in names
    assert exchange.header("accept-encoding") == "gzip, deflate"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-a", "1\r\nx-evil: 2"),
        ("x-a", "1\nx-evil: 2"),
        ("x-a", "1\r\n\r\nPOST /admin HTTP/1.1"),
        ("x-a", "nul\x00"),
        ("x-a", "snow ☃"),
        ("x-a\r\nx-evil", "1"),
        ("x a", "1"),
        ("x-a:", "1"),
        ("", "1"),
    ],
)
async def test_header_injection_is_refused(build: Build, name: str, value: str) -> None:
    async with peer(fine) as subgraph:
        error = await failure(build().send(ask(subgraph.url, headers=((name, value),))))
        assert subgraph.exchanges == []
    assert error.code is Code.BAD_REQUEST
    assert not error.sent


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/x",
        "//127.0.0.1/x",
        "http://",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\r\nx-evil: 1",
        "http://user:secret@127.0.0.1/",
        "http://ho☃st/",
    ],
)
async def test_urls_that_cannot_be_used_are_refused(build: Build, url: str) -> None:
    error = await failure(build().send(ask(url)))
    assert error.code is Code.SUBREQUEST_HTTP_ERROR
    assert not error.sent
    assert "secret" not in error.detail


# --- encodings and framing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        ("gzip", gzip.compress(ANSWER, mtime=0)),
        ("x-gzip", gzip.compress(ANSWER, mtime=0)),
        ("GZIP", gzip.compress(ANSWER[:5], mtime=0) + gzip.compress(ANSWER[5:], mtime=0)),
        ("deflate", zlib.compress(ANSWER)),
        ("deflate", zlib.compress(ANSWER, wbits=-15)),
        ("identity", ANSWER),
    ],
)
async def test_content_encodings_are_undone(build: Build, encoding: str, encoded: bytes) -> None:
    async def compressed(exchange: Exchange) -> None:
        await exchange.answer(encoded, f"content-encoding: {encoding}")

    async with peer(compressed) as subgraph:
        assert (await build().send(ask(subgraph.url))).body == ANSWER


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", ANSWER),
        ("gzip", gzip.compress(ANSWER, mtime=0)[:-3]),
        ("gzip", gzip.compress(ANSWER, mtime=0) + b"tail"),
        ("deflate", zlib.compress(ANSWER)[:-2]),
        ("deflate", zlib.compress(ANSWER) + b"tail"),
        ("br", ANSWER),
        ("gzip, gzip", gzip.compress(gzip.compress(ANSWER, mtime=0), mtime=0)),
    ],
)
async def test_wrong_content_encodings(build: Build, encoding: str, body: bytes) -> None:
    async def mislabelled(exchange: Exchange) -> None:
        await exchange.answer(body, f"content-encoding: {encoding}")

    async with peer(mislabelled) as subgraph:
        error = await failure(build().send(ask(subgraph.url)))
    assert error.code is Code.SUBREQUEST_MALFORMED_RESPONSE


async def test_a_gzip_bomb_stops_at_the_limit(build: Build) -> None:
    bomb = gzip.compress(b"\x00" * 20_000_000, mtime=0)

    async def explode(exchange: Exchange) -> None:
        await exchange.answer(bomb, "content-encoding: gzip")

    async with peer(explode) as subgraph:
        error = await failure(build(max_response_bytes=1_000_000).send(ask(subgraph.url)))
    assert error.code is Code.SUBREQUEST_TOO_LARGE


async def test_compression_can_be_turned_off(build: Build) -> None:
    async with peer(fine) as subgraph:
        await build(compression=False).send(ask(subgraph.url))
        assert subgraph.exchanges[0].header("accept-encoding") == "identity"


async def test_chunked_answers_with_trailers_keep_the_connection(build: Build) -> None:
    async def chunked(exchange: Exchange) -> None:
        await exchange.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        for at in range(0, len(ANSWER), 3):
            piece = ANSWER[at : at + 3]
            await exchange.write(b"%x;ext=1\r\n%b\r\n" % (len(piece), piece))
        await exchange.write(b"0\r\nx-trailer: 1\r\n\r\n")

    async with peer(chunked) as subgraph:
        transport = build()
        for _ in range(3):
            assert (await transport.send(ask(subgraph.url))).body == ANSWER
        assert subgraph.connections == 1


async def test_an_answer_may_come_byte_by_byte(build: Build) -> None:
    async def dribble(exchange: Exchange) -> None:
        data = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(ANSWER), ANSWER)
        for byte in data:
            await exchange.write(bytes([byte]))
            await asyncio.sleep(0)

    async with peer(dribble) as subgraph:
        assert (await build().send(ask(subgraph.url))).body == ANSWER


async def test_an_answer_without_length_ends_with_the_connection(build: Build) -> None:
    async def until_close(exchange: Exchange) -> None:
        await exchange.write(b"HTTP/1.1 200 OK\r\n\r\n" + ANSWER)
        exchange.close()

    async with peer(until_close) as subgraph:
        transport = build()
        for _ in range(2):
            assert (await transport.send(ask(subgraph.url))).body == ANSWER
        assert subgraph.connections == 2


async def test_interim_answers_are_passed_over(build: Build) -> None:
    async def hints(exchange: Exchange) -> None:
        await exchange.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await exchange.write(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n")
        await fine(exchange)

    async with peer(hints) as subgraph:
        response = await build().send(ask(subgraph.url))
    assert (response.status, response.body) == (200, ANSWER)


# --- a subgraph in trouble ------------------------------------------------------------------------


async def test_nothing_listens(build: Build) -> None:
    error = await failure(build().send(ask(f"http://127.0.0.1:{unused_port()}/")))
    assert error.code is Code.SUBREQUEST_HTTP_ERROR
    assert not error.sent


async def test_a_name_that_does_not_resolve(build: Build) -> None:
    error = await failure(build().send(ask("http://subgraph.invalid/")))
    assert error.code is Code.SUBREQUEST_HTTP_ERROR
    assert not error.sent


async def test_the_deadline_of_the_request_holds(build: Build) -> None:
    async with peer(silence) as subgraph:
        now = asyncio.get_running_loop().time()
        error = await failure(build().send(ask(subgraph.url, deadline=now + 0.05)))
        assert error.sent or not subgraph.exchanges
    assert error.code is Code.GATEWAY_TIMEOUT


async def test_the_own_timeout_holds_without_a_deadline(build: Build) -> None:
    async with peer(silence) as subgraph:
        error = await failure(build(timeout=0.05).send(ask(subgraph.url)))
    assert error.code is Code.GATEWAY_TIMEOUT


async def test_a_deadline_that_has_passed_sends_nothing(build: Build) -> None:
    async with peer(fine) as subgraph:
        now = asyncio.get_running_loop().time()
        error = await failure(build().send(ask(subgraph.url, deadline=now)))
        assert subgraph.connections == 0
    assert error.code is Code.GATEWAY_TIMEOUT
    assert not error.sent


async def test_a_slow_body_meets_the_deadline(build: Build) -> None:
    async def trickle(exchange: Exchange) -> None:
        await exchange.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        while True:
            await exchange.write(b" ")
            await asyncio.sleep(0.005)

    async with peer(trickle) as subgraph:
        error = await failure(build(timeout=0.06).send(ask(subgraph.url)))
    assert error.code is Code.GATEWAY_TIMEOUT


async def test_reset_before_an_answer(build: Build) -> None:
    async def reset(exchange: Exchange) -> None:
        exchange.reset()

    async with peer(reset) as subgraph:
        error = await failure(build().send(ask(subgraph.url, idempotent=False)))
    assert error.code is Code.SUBREQUEST_HTTP_ERROR
    assert error.sent


@pytest.mark.parametrize(
    "part",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n",
    ],
    ids=["short-length", "inside-chunk", "no-last-chunk"],
)
async def test_half_an_answer_is_an_error_and_not_repeated(build: Build, part: bytes) -> None:
    async def half(exchange: Exchange) -> None:
        await exchange.write(part)
        exchange.close()

    async with peer(half) as subgraph:
        error = await failure(build().send(ask(subgraph.url)))
        assert len(subgraph.exchanges) == 1
    assert error.code is Code.SUBREQUEST_HTTP_ERROR


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20,
        b"HTTP/1.1 abc OK\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad header\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_not_http_is_malformed(build: Build, garbage: bytes) -> None:
    async def noise(exchange: Exchange) -> None:
        await exchange.write(garbage)
        exchange.close()

    async with peer(noise) as subgraph:
        error = await failure(build().send(ask(subgraph.url)))
    assert error.code is Code.SUBREQUEST_MALFORMED_RESPONSE


async def test_answers_above_the_limit(build: Build) -> None:
    async def declared(exchange: Exchange) -> None:
        await exchange.write(
            b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n" + b"x" * 5000
        )
        await asyncio.Event().wait()

    async def endless(exchange: Exchange) -> None:
        await exchange.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            await exchange.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

    for script in (declared, endless):
        async with peer(script) as subgraph:
            error = await failure(build(max_response_bytes=100_000).send(ask(subgraph.url)))
        assert error.code is Code.SUBREQUEST_TOO_LARGE


# --- connections ----------------------------------------------------------------------------------


async def test_connections_are_reused(build: Build) -> None:
    async with peer(fine) as subgraph:
        transport = build()
        for _ in range(5):
            await transport.send(ask(subgraph.url))
        assert subgraph.connections == 1


async def test_connection_close_is_honoured(build: Build) -> None:
    async def closing(exchange: Exchange) -> None:
        await exchange.answer(ANSWER, "connection: close")
        exchange.close()

    async with peer(closing) as subgraph:
        transport = build()
        for _ in range(3):
            assert (await transport.send(ask(subgraph.url))).body == ANSWER
        assert subgraph.connections == 3


async def test_a_query_survives_a_connection_closed_when_it_is_reused(build: Build) -> None:
    async def closes_on_second(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.close()
            return
        await fine(exchange)

    async with peer(closes_on_second) as subgraph:
        transport = build()
        for _ in range(2):
            assert (await transport.send(ask(subgraph.url))).body == ANSWER
        assert len(subgraph.exchanges) == 3


async def test_a_mutation_is_never_sent_twice(build: Build) -> None:
    async def closes_on_second(exchange: Exchange) -> None:
        if exchange.number == 1:
            exchange.close()
            return
        await fine(exchange)

    async with peer(closes_on_second) as subgraph:
        transport = build()
        await transport.send(ask(subgraph.url))
        error = await failure(transport.send(ask(subgraph.url, idempotent=False)))
        assert len(subgraph.exchanges) == 2
    assert error.sent


async def test_a_hundred_at_once(build: Build) -> None:
    async def echo(exchange: Exchange) -> None:
        await asyncio.sleep(0)
        await exchange.answer(exchange.body)

    async with peer(echo) as subgraph:
        transport = build(max_connections=7)
        bodies = [b'{"query":"%d"}' % number for number in range(100)]
        responses = await asyncio.gather(*(transport.send(ask(subgraph.url, b)) for b in bodies))
        assert subgraph.connections <= 7
    assert [response.body for response in responses] == bodies


async def test_waiting_for_a_connection_meets_the_deadline(build: Build) -> None:
    release = asyncio.Event()

    async def held(exchange: Exchange) -> None:
        await release.wait()
        await fine(exchange)

    async with peer(held) as subgraph:
        transport = build(max_connections=1)
        first = asyncio.create_task(transport.send(ask(subgraph.url)))
        await eventually(lambda: subgraph.exchanges)
        now = asyncio.get_running_loop().time()
        error = await failure(transport.send(ask(subgraph.url, deadline=now + 0.05)))
        release.set()
        assert (await first).body == ANSWER
        assert (await transport.send(ask(subgraph.url))).body == ANSWER
        assert len(subgraph.exchanges) == 2
    assert error.code is Code.GATEWAY_TIMEOUT


async def test_a_cancelled_request_frees_its_place(build: Build) -> None:
    async def first_hangs(exchange: Exchange) -> None:
        if exchange.number == 0:
            await silence(exchange)
        await fine(exchange)

    async with peer(first_hangs) as subgraph:
        transport = build(max_connections=1)
        task = asyncio.create_task(transport.send(ask(subgraph.url)))
        await eventually(lambda: subgraph.exchanges)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await transport.send(ask(subgraph.url))).body == ANSWER


async def test_close_ends_connections(build: Build) -> None:
    async with peer(fine) as subgraph:
        transport = build()
        await asyncio.gather(*(transport.send(ask(subgraph.url)) for _ in range(3)))
        await transport.close()
        await eventually(lambda: not subgraph.open_connections)


# --- streams --------------------------------------------------------------------------------------


async def test_a_stream_gives_pieces_as_they_come(build: Build) -> None:
    proceed = asyncio.Event()

    async def events(exchange: Exchange) -> None:
        await exchange.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n3\r\none\r\n"
        )
        await proceed.wait()
        await exchange.write(b"3\r\ntwo\r\n0\r\n\r\n")

    async with peer(events) as subgraph, build().stream(ask(subgraph.url)) as stream:
        assert stream.status == 200
        assert stream.header("content-type") == "text/event-stream"
        pieces = stream.__aiter__()
        assert await anext(pieces) == b"one"
        proceed.set()
        assert b"".join([piece async for piece in pieces]) == b"two"
        assert "text/event-stream" in (subgraph.exchanges[0].header("accept") or "")
        assert subgraph.exchanges[0].header("accept-encoding") == "identity"


async def test_a_stream_that_breaks_off_raises(build: Build) -> None:
    async def broken(exchange: Exchange) -> None:
        await exchange.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n")
        exchange.close()

    async with peer(broken) as subgraph, build().stream(ask(subgraph.url)) as stream:
        seen: list[bytes] = []
        with pytest.raises(TransportError) as caught:
            async for piece in stream:
                seen.append(piece)
    assert seen == [b"one"]
    assert caught.value.code is Code.SUBREQUEST_HTTP_ERROR


async def test_leaving_a_stream_closes_its_connection(build: Build) -> None:
    async def endless(exchange: Exchange) -> None:
        await exchange.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n")

    async with peer(endless) as subgraph:
        transport = build()
        async with transport.stream(ask(subgraph.url)) as stream:
            assert await anext(stream.__aiter__()) == b"one"
        await eventually(lambda: not subgraph.open_connections)


async def test_a_slow_consumer_slows_the_subgraph(build: Build) -> None:
    written = 0

    async def flood(exchange: Exchange) -> None:
        nonlocal written
        await exchange.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        piece = b"x" * 0x10000
        while True:
            await exchange.write(b"10000\r\n" + piece + b"\r\n")
            written += len(piece)

    async with peer(flood) as subgraph, build().stream(ask(subgraph.url)) as stream:
        pieces = stream.__aiter__()
        await anext(pieces)
        before = -1
        while written != before:  # until the kernel's buffers are full
            before = written
            await asyncio.sleep(0.05)
        assert written < 64 * 1024 * 1024
        for _ in range(50):
            await anext(pieces)


async def test_a_stream_must_open_before_its_deadline(build: Build) -> None:
    async with peer(silence) as subgraph:
        now = asyncio.get_running_loop().time()
        transport = build()
        with pytest.raises(TransportError) as caught:
            async with transport.stream(ask(subgraph.url, deadline=now + 0.05)):
                pass
    assert caught.value.code is Code.GATEWAY_TIMEOUT


async def test_a_stream_outlives_the_deadline_of_its_opening(build: Build) -> None:
    async def patient(exchange: Exchange) -> None:
        await exchange.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n")
        await asyncio.sleep(0.2)
        await exchange.write(b"3\r\ntwo\r\n0\r\n\r\n")

    async with peer(patient) as subgraph, build(timeout=0.1).stream(ask(subgraph.url)) as stream:
        assert b"".join([piece async for piece in stream]) == b"onetwo"


async def test_a_compressed_stream_is_refused(build: Build) -> None:
    async def compressed(exchange: Exchange) -> None:
        await exchange.answer(gzip.compress(ANSWER, mtime=0), "content-encoding: gzip")

    async with peer(compressed) as subgraph:
        with pytest.raises(TransportError) as caught:
            async with build().stream(ask(subgraph.url)):
                pass
    assert caught.value.code is Code.SUBREQUEST_MALFORMED_RESPONSE
