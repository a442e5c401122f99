"""Subscriptions at subgraphs over WebSocket; the gateway's own endpoint plays the subgraph."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from gateway.subscription.websocket_source import WebSocketEventSource
from gateway.transport.port import SubgraphRequest, TransportError
from tests.server.clock import FOREVER, Clock, every
from tests.server.gateway_kit import deployed, eventually, listening


def request(url: str, query: str, *headers: tuple[str, str]) -> SubgraphRequest:
    return SubgraphRequest("clock", url, json.dumps({"query": query}).encode(), headers)


async def test_events_until_complete() -> None:
    async with listening(subgraphs=every(Clock())) as subgraph:
        source = WebSocketEventSource()
        asked = request(subgraph.url, "subscription { count(to: 3) }")
        found = [json.loads(body) async for body in source.subscribe(asked)]
    assert found == [{"data": {"count": number}} for number in range(3)]


async def test_errors_of_the_subgraph_are_an_event() -> None:
    async with listening(subgraphs=every(Clock())) as subgraph:
        source = WebSocketEventSource()
        asked = request(subgraph.url, "subscription { nothing }")
        (body,) = [json.loads(body) async for body in source.subscribe(asked)]
    assert body["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_leaving_ends_the_subscription_there() -> None:
    clock = Clock()
    async with listening(subgraphs=every(clock)) as subgraph:
        async with aclosing(WebSocketEventSource().subscribe(request(subgraph.url, FOREVER))) as it:
            await anext(it)
            assert clock.opened == 1
        await eventually(clock.closed)


class Recorder:
    """A subgraph that notes its connections and does as it is told."""

    def __init__(self, script: Any = None) -> None:
        self.connections: list[ServerConnection] = []
        self.introductions: list[Any] = []
        self._script = script

    async def __call__(self, socket: ServerConnection) -> None:
        self.connections.append(socket)
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "connection_init":
                self.introductions.append(message["payload"])
                await socket.send('{"type":"ping"}')
                await socket.send('{"type":"connection_ack"}')
            elif message["type"] == "subscribe":
                await self._answer(socket, message["id"])

    async def _answer(self, socket: ServerConnection, identifier: str) -> None:
        if self._script is not None:
            await self._script(socket, identifier)
            return
        event = {"id": identifier, "type": "next", "payload": {"data": {"n": identifier}}}
        await socket.send(json.dumps(event))


@asynccontextmanager
async def recorded(script: Any = None) -> AsyncIterator[tuple[Recorder, str]]:
    recorder = Recorder(script)
    protocols: Any = ["graphql-transport-ws"]
    async with serve(recorder, "127.0.0.1", 0, subprotocols=protocols) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield recorder, f"http://127.0.0.1:{port}/graphql"


async def test_one_caller_shares_a_connection_and_another_does_not() -> None:
    async with recorded() as (recorder, url):
        source = WebSocketEventSource(path="/ws")
        ada, grace = ("x-c2c-caller", "ada"), ("x-c2c-caller", "grace")
        asked = [
            request(url, FOREVER, ada, ("x-correlation-id", "1")),
            request(url, FOREVER, ada, ("x-correlation-id", "2")),
            request(url, FOREVER, grace),
        ]
        streams = [source.subscribe(each) for each in asked]
        first = await asyncio.gather(*(anext(stream) for stream in streams))
        assert sorted(first) == [
            b'{"data":{"n":"1"}}',
            b'{"data":{"n":"1"}}',
            b'{"data":{"n":"2"}}',
        ]
        assert len(recorder.connections) == 2
        assert {"headers": {"x-c2c-caller": "ada"}} in recorder.introductions
        handshake = recorder.connections[0].request
        assert handshake is not None
        assert handshake.path == "/ws"
        for stream in streams:
            await stream.aclose()

        async def all_closed() -> bool:
            return all(connection.close_code is not None for connection in recorder.connections)

        await eventually(all_closed)


async def test_a_lost_connection_fails_all_and_the_next_gets_a_new_one() -> None:
    async def drop(socket: ServerConnection, _identifier: str) -> None:
        await socket.close(1011)

    async with recorded(drop) as (recorder, url):
        source = WebSocketEventSource()
        for _ in range(2):
            with pytest.raises(TransportError, match="was lost"):
                await anext(source.subscribe(request(url, FOREVER)))
    assert len(recorder.connections) == 2


async def test_messages_that_are_none_fail() -> None:
    async def babble(socket: ServerConnection, _identifier: str) -> None:
        await socket.send("[]")

    async with recorded(babble) as (_, url):
        with pytest.raises(TransportError):
            await anext(WebSocketEventSource().subscribe(request(url, FOREVER)))


async def test_events_that_come_faster_than_they_are_taken_end_the_subscription() -> None:
    async def flood(socket: ServerConnection, identifier: str) -> None:
        event = json.dumps({"id": identifier, "type": "next", "payload": {"data": 1}})
        for _ in range(2000):
            await socket.send(event)

    async with recorded(flood) as (_, url):
        stream = WebSocketEventSource().subscribe(request(url, FOREVER))
        taken = 0
        with pytest.raises(TransportError, match="faster than they are taken"):
            async for _ in stream:
                taken += 1
                if taken == 1:
                    await asyncio.sleep(0.5)
        assert 0 < taken < 2000


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://127.0.0.1:9/"])
async def test_a_subgraph_that_is_not_there(url: str) -> None:
    with pytest.raises(TransportError, match="no WebSocket"):
        await anext(WebSocketEventSource().subscribe(request(url, FOREVER)))


async def test_a_subgraph_that_does_not_acknowledge() -> None:
    async def silent(socket: ServerConnection) -> None:
        await socket.wait_closed()

    protocols: Any = ["graphql-transport-ws"]
    async with serve(silent, "127.0.0.1", 0, subprotocols=protocols) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        source = WebSocketEventSource(connect_timeout=0.2)
        with pytest.raises(TransportError, match="no WebSocket"):
            await anext(source.subscribe(request(f"http://127.0.0.1:{port}/", FOREVER)))


async def test_through_a_gateway_by_its_settings() -> None:
    """Client -> SSE -> gateway -> WebSocket -> subgraph."""
    clock = Clock()
    async with listening(subgraphs=every(Clock())) as subgraph:
        way = {"subscription": {"subgraphs": {"clock": {"protocol": "websocket"}}}}
        settings = way | {"override_subgraph_url": {"clock": subgraph.url}}
        async with deployed(settings, every(clock), own_events=False) as gateway:
            response = await gateway.post(
                "subscription { count(to: 2) }", headers={"accept": "text/event-stream"}
            )
    assert response.text == (
        'event: next\ndata: {"data":{"count":0}}\n\n'
        'event: next\ndata: {"data":{"count":1}}\n\n'
        "event: complete\ndata:\n\n"
    )
