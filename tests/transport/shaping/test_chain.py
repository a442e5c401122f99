"""Limits on time and number, and all wrappers together over real sockets."""

from __future__ import annotations

import asyncio

import pytest

from gateway.errors import Code
from gateway.transport.factory import create_transport, create_transports
from gateway.transport.port import SubgraphRequest, TransportError
from gateway.transport.settings import TransportSettings
from gateway.transport.shaping.chain import ShapedTransport
from gateway.transport.shaping.concurrency import ConcurrencyLimit
from gateway.transport.shaping.deadline import Deadline
from gateway.transport.shaping.policy import (
    BreakerPolicy,
    RetryPolicy,
    SubgraphPolicy,
    UrlsPolicy,
)
from tests.transport.conftest import ask
from tests.transport.peer import Exchange, peer, unused_port
from tests.transport.shaping.fakes import (
    Ear,
    Gate,
    HandClock,
    ScriptedTransport,
    broken,
    mutation,
    ok,
    query,
    settle,
)


async def test_the_deadline_only_comes_forward() -> None:
    clock, subgraph = HandClock(), ScriptedTransport(ok())
    deadline = Deadline(subgraph, 5.0, clock)
    for given in (None, clock.time + 100.0, clock.time + 1.0):
        await deadline.send(query(b"q", ("a", "b"), deadline=given))
    assert [request.deadline for request in subgraph.requests] == [1005.0, 1005.0, 1001.0]
    assert {request.headers for request in subgraph.requests} == {(("a", "b"),)}


async def test_requests_above_the_limit_are_shed() -> None:
    gate, ear = Gate(ok()), Ear()
    limit = ConcurrencyLimit(ScriptedTransport(by=gate), 2, ear)
    tasks = [asyncio.create_task(limit.send(query())) for _ in range(2)]
    await settle()
    with pytest.raises(TransportError) as caught:
        await limit.send(query())
    assert caught.value.code is Code.DOWNSTREAM_SERVICE_ERROR
    assert not caught.value.sent
    assert ear.heard == [("shed", "s")]
    tasks[0].cancel()
    await settle()
    tasks[0] = asyncio.create_task(limit.send(query()))
    await settle()
    gate.open()
    await asyncio.gather(*tasks)
    assert (await limit.send(query())).status == 200


async def test_an_outage_trips_the_breaker_and_spares_the_subgraph() -> None:
    clock, ear = HandClock(), Ear()
    subgraph = ScriptedTransport(broken())
    shaped = ShapedTransport(
        subgraph,
        SubgraphPolicy(retry=RetryPolicy(max_attempts=2), breaker=BreakerPolicy(window=60.0)),
        clock=clock,
        events=ear,
        random_source=lambda: 0.5,
    )
    codes = []
    for _ in range(40):
        with pytest.raises(TransportError) as caught:
            await shaped.send(query())
        codes.append(caught.value.code)
    assert len(subgraph.requests) == 20  # the breaker's volume threshold
    assert codes[-1] is Code.DOWNSTREAM_SERVICE_ERROR
    assert ("breaker", "s", "open") in ear.heard
    await shaped.close()
    assert subgraph.closed


async def test_policies_are_per_subgraph() -> None:
    subgraph = ScriptedTransport(broken(sent=False))
    shaped = ShapedTransport(
        subgraph,
        SubgraphPolicy(retry=None, breaker=None),
        {"t": SubgraphPolicy(retry=RetryPolicy(max_attempts=3), breaker=None)},
        clock=HandClock(),
    )
    for name, calls in (("s", 1), ("t", 3)):
        subgraph.requests.clear()
        with pytest.raises(TransportError):
            await shaped.send(SubgraphRequest(name, "http://x/", b"q"))
        assert len(subgraph.requests) == calls


async def test_everything_left_out_is_the_transport_itself() -> None:
    subgraph = ScriptedTransport(ok())
    bare = SubgraphPolicy(
        timeout=None, share_queries=False, concurrency_limit=None, retry=None, breaker=None
    )
    request = mutation()
    await ShapedTransport(subgraph, bare).send(request)
    assert subgraph.requests[0] is request


async def test_a_restarting_subgraph_is_not_noticed() -> None:
    async def restarting(exchange: Exchange) -> None:
        if exchange.number < 2:
            await exchange.answer(b"", "retry-after: 0", status="503 Service Unavailable")
        else:
            await exchange.answer(b'{"data":{}}')

    policy = SubgraphPolicy(retry=RetryPolicy(interval=0.001))
    shaped = ShapedTransport(create_transport(TransportSettings()), policy)
    async with peer(restarting) as subgraph:
        assert (await shaped.send(ask(subgraph.url))).body == b'{"data":{}}'
    await shaped.close()


async def test_queries_and_streams_go_where_the_subgraph_lives() -> None:
    async def events(exchange: Exchange) -> None:
        await exchange.answer(b"event: next\n\n")

    async with peer(events) as subgraph:
        dead = f"http://127.0.0.1:{unused_port()}/"
        policy = SubgraphPolicy(
            retry=None, urls=UrlsPolicy((subgraph.url,), failures=1, cool_down=60.0)
        )
        shaped = ShapedTransport(create_transport(TransportSettings()), policy)
        assert (await shaped.send(ask(dead))).status == 200
        async with shaped.stream(ask(dead)) as stream:
            assert b"".join([piece async for piece in stream]) == b"event: next\n\n"
        await shaped.close()


async def test_identical_queries_share_one_request_over_the_wire() -> None:
    async def slow(exchange: Exchange) -> None:
        await asyncio.sleep(0.02)
        await exchange.answer(b"{}")

    shaped = ShapedTransport(create_transport(TransportSettings()), SubgraphPolicy())
    async with peer(slow) as subgraph:
        await asyncio.gather(*(shaped.send(ask(subgraph.url)) for _ in range(10)))
        assert len(subgraph.exchanges) == 1
    await shaped.close()


async def test_subgraphs_with_other_settings_have_transports_of_their_own() -> None:
    async def large(exchange: Exchange) -> None:
        await exchange.answer(b"x" * 1000)

    settings = {"small": TransportSettings(max_response_bytes=10)}
    transport = create_transports(TransportSettings(), settings)
    async with peer(large) as subgraph:
        assert len((await transport.send(ask(subgraph.url))).body) == 1000
        with pytest.raises(TransportError) as caught:
            await transport.send(SubgraphRequest("small", subgraph.url, b"q"))
        await transport.close()
    assert caught.value.code is Code.SUBREQUEST_TOO_LARGE
