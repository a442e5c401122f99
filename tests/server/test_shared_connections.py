"""What else may come over a connection while, or before, one of its requests is answered."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn

from gateway.server.http import ArrivedRequest
from gateway.server.http_protocol import bounded_protocol
from gateway.settings.serving import Limits
from tests.server.clock import FOREVER, Clock, every
from tests.server.gateway_kit import Deployed, eventually, listening
from tests.server.slow_subgraph import SlowSubgraph, slow_subgraph
from tests.server.test_whole_requests import (
    ASKED,
    ME,
    WAYS,
    Connection,
    connected,
    post,
    sent,
)

CHUNKED = (
    b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)


@asynccontextmanager
async def slow_gateway() -> AsyncIterator[tuple[Deployed, SlowSubgraph]]:
    """A gateway whose subgraph answers when the test says so."""
    async with slow_subgraph({"me": {"name": "Ada"}}) as subgraph:
        given = {"override_subgraph_url": {"users": subgraph.url}}
        async with listening(given, own_transport=False) as gateway:
            yield gateway, subgraph


async def asked(subgraph: SlowSubgraph) -> None:
    """Wait until the gateway has asked."""

    async def some() -> bool:
        return bool(subgraph.asked)

    await eventually(some)


# --- a second request that is refused -------------------------------------------------------------


@WAYS
@pytest.mark.parametrize(
    "second",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 1000 + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nx: " + b"y" * 200_000,
    ],
    ids=["nonsense", "many headers", "a long target", "an endless head"],
)
async def test_a_refusal_is_not_taken_for_the_answer_before_it(second: bytes, whole: bool) -> None:
    async with slow_gateway() as (gateway, subgraph), connected(gateway) as connection:
        await connection.say(*sent(post(), whole))
        await asked(subgraph)
        await connection.say(second)
        subgraph.answer.set()
        answer = await connection.answer()
        assert (answer.status, json.loads(answer.body)) == (200, ME)
        with suppress(ConnectionResetError):  # if something of the second request is left unread
            assert await connection.is_closed()


async def test_a_refusal_after_the_answer_is_told() -> None:
    async with listening() as gateway, connected(gateway) as connection:
        await connection.say(post())
        assert (await connection.answer()).status == 200
        await connection.say(b"NONSENSE\r\n\r\n")
        assert (await connection.answer()).status == 400
        assert await connection.is_closed()


@WAYS
async def test_no_other_protocol_before_the_answer(whole: bool) -> None:
    async with slow_gateway() as (gateway, subgraph), connected(gateway) as connection:
        await connection.say(*sent(post(), whole))
        await asked(subgraph)
        await connection.say(UPGRADE)
        subgraph.answer.set()
        answer = await connection.answer()
        assert (answer.status, json.loads(answer.body)) == (200, ME)
        assert (await connection.answer()).status >= 400


async def test_a_connection_may_become_a_web_socket_after_an_answer() -> None:
    async with listening() as gateway:
        (server,) = gateway.extra["servers"]
        server.config.timeout_keep_alive = 1
        async with connected(gateway) as connection:
            await connection.say(post())
            assert (await connection.answer()).status == 200
            await connection.say(UPGRADE)
            assert (await connection.answer()).status == 101
            with pytest.raises(TimeoutError):  # nothing comes, and no end either
                async with asyncio.timeout(2):
                    await connection.reader.read()


# --- a client that leaves -------------------------------------------------------------------------


@WAYS
async def test_a_stream_ends_with_its_client_whatever_was_sent_ahead(whole: bool) -> None:
    clock = Clock()
    body = json.dumps({"query": FOREVER}).encode()
    # A paused connection is found to be closed when something is written to it.
    beats = {"subscription": {"heartbeat_interval": "100ms"}}
    async with listening(beats, every(clock)) as gateway:
        async with connected(gateway) as connection:
            await connection.say(*sent(post("accept: text/event-stream", body=body), whole))
            async with asyncio.timeout(20):
                await connection.reader.readuntil(b'"count":100}')
            assert clock.opened == 1
            await connection.say(post())  # waits for its turn, which never comes
        await eventually(clock.closed)


# --- a server that ends ---------------------------------------------------------------------------


@WAYS
async def test_what_is_under_way_is_answered_before_the_server_ends(whole: bool) -> None:
    async with slow_gateway() as (gateway, subgraph), connected(gateway) as connection:
        (server,) = gateway.extra["servers"]
        await connection.say(*sent(post(), whole))
        await asked(subgraph)
        server.should_exit = True

        async def listens_no_more() -> bool:
            return not any(each.is_serving() for each in server.servers)

        await eventually(listens_no_more)
        subgraph.answer.set()
        answer = await connection.answer()
        assert (answer.status, json.loads(answer.body)) == (200, ME)
        assert answer.header("connection") == "close"
        assert await connection.is_closed()


@WAYS
async def test_what_takes_too_long_when_the_server_ends_is_told(whole: bool) -> None:
    async with slow_gateway() as (gateway, subgraph), connected(gateway) as connection:
        (server,) = gateway.extra["servers"]
        server.config.timeout_graceful_shutdown = 1
        await connection.say(*sent(post(), whole))
        await asked(subgraph)
        server.should_exit = True
        assert (await connection.answer()).status == 500
        assert await connection.is_closed()


# --- bodies that do not end -----------------------------------------------------------------------


@pytest.mark.parametrize("lines", [b"x: ", b"x: y\r\n"], ids=["one", "many"])
async def test_trailers_have_a_bound(lines: bytes) -> None:
    async with listening() as gateway, connected(gateway) as connection:
        await connection.say(CHUNKED, b"%x\r\n%b\r\n0\r\n" % (len(ASKED), ASKED))
        with pytest.raises(ConnectionError):
            async with asyncio.timeout(10):
                while True:
                    connection.writer.write(lines * 1000)
                    await connection.writer.drain()


async def test_bodies_of_many_small_pieces_have_none_but_their_own() -> None:
    body = ASKED + b" " * 3000
    bounds = {"limits": {"http_max_header_bytes": 1024}}
    async with listening(bounds) as gateway, connected(gateway) as connection:
        await connection.say(CHUNKED)
        for at in range(0, len(body), 10):
            piece = body[at : at + 10]
            for written in (b"%x\r\n" % len(piece), piece + b"\r\n"):
                await connection.say(written)
                await asyncio.sleep(0)  # the server has its turn
        await connection.say(b"0\r\n\r\n")
        assert json.loads((await connection.answer()).body) == ME


# --- request targets ------------------------------------------------------------------------------


@WAYS
@pytest.mark.parametrize("target", ["/graphql?x=1", "http://x/graphql", "/%67raphql"])
async def test_other_ways_to_say_where(target: str, whole: bool) -> None:
    async with listening() as gateway, connected(gateway) as connection:
        await connection.say(*sent(post(path=target), whole))
        assert json.loads((await connection.answer()).body) == ME


# --- applications that fail -----------------------------------------------------------------------


class Failing:
    """An application that fails before it answers, or in the midst of its answer."""

    def __init__(self, begins: bool) -> None:
        self.begins = begins

    def takes(self, path: bytes) -> bool:
        return path == b"/graphql"

    async def direct(self, request: ArrivedRequest) -> None:
        if self.begins:
            _, _, send = request.as_asgi()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"part", "more_body": True})
        raise RuntimeError("something is wrong")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("nothing comes this way")


@asynccontextmanager
async def served(application: Any) -> AsyncIterator[Connection]:
    """A connection to an application behind the production protocol."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            http=bounded_protocol(Limits()),
            interface="asgi3",
            lifespan="off",
            proxy_headers=False,
            log_config=None,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[bound]))
    reader, writer = await asyncio.open_connection(*bound.getsockname())
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        server.should_exit = True
        await task


async def test_a_failure_before_the_answer_is_told_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with served(Failing(begins=False)) as connection:
        await connection.say(post())
        answer = await connection.answer()
        assert (answer.status, answer.body) == (500, b"Internal Server Error")
        assert await connection.is_closed()
    assert "something is wrong" in caplog.text


async def test_a_failure_within_the_answer_ends_the_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with served(Failing(begins=True)) as connection:
        await connection.say(post())
        async with asyncio.timeout(20):
            answer = await connection.reader.read()
        assert answer.endswith(b"\r\n\r\n4\r\npart\r\n")  # and no last chunk
    assert "something is wrong" in caplog.text
