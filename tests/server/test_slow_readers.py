"""Clients that do not read what they asked for, over real sockets and on both event loops."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvloop
from websockets.asyncio.client import connect

from gateway.server.write_timeout import WriteTimeout
from tests.kit.local_subgraph import LocalSubgraph
from tests.server.gateway_kit import Deployed, eventually, listening
from tests.server.test_websocket import PROTOCOL, Client

SDL = "type Query { page: String small: Int } type Subscription { pages: String }"
# More than the buffers of both kernels take.
PAGE = "x" * 12_000_000
QUICKLY = {"limits": {"http_write_timeout": "200ms"}}


class Book:
    """A subgraph of large pages; it knows how many of its streams are open."""

    def __init__(self) -> None:
        self.opened = 0
        self.sent = 0
        self.subgraph = LocalSubgraph(
            "book",
            SDL,
            resolvers={
                "Query": {"page": PAGE, "small": 1},
                "Subscription": {"pages": self.pages},
            },
        )

    async def pages(self, _source: Any, _info: Any) -> AsyncIterator[Any]:
        self.opened += 1
        try:
            while True:
                self.sent += 1
                yield {"pages": PAGE[:1_000_000]}
        finally:
            self.opened -= 1

    async def left(self) -> bool:
        return self.sent > 0 and self.opened == 0


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=request.param) as made:
        yield made


def dial(gateway: Deployed) -> socket.socket:
    """A connection that takes little until it is read from."""
    parts = urlsplit(gateway.url)
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.setblocking(False)
    made.connect_ex((parts.hostname, parts.port))
    return made


def post(query: str, *lines: str) -> bytes:
    body = json.dumps({"query": query}).encode()
    head = [
        "POST /graphql HTTP/1.1",
        "host: x",
        "content-type: application/json",
        f"content-length: {len(body)}",
        *lines,
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def say(client: socket.socket, data: bytes) -> None:
    await asyncio.get_running_loop().sock_sendall(client, data)


def connections(gateway: Deployed) -> set[Any]:
    """What the server holds open."""
    found: set[Any] = gateway.extra["servers"][0].server_state.connections
    return found


async def cut_off(gateway: Deployed, *requests: bytes) -> None:
    """Send requests, read nothing, and wait until the server has closed the connection."""
    client = dial(gateway)
    try:
        await say(client, b"".join(requests))
        await eventually(lambda: _was_asked(gateway))
        await eventually(lambda: _is_idle(gateway))
    finally:
        client.close()


async def _was_asked(gateway: Deployed) -> bool:
    return bool(gateway.subgraphs["book"].calls)


async def _is_idle(gateway: Deployed) -> bool:
    return not connections(gateway)


QUERY = "{ page }"
EVENTS = "subscription { pages }"


@pytest.mark.parametrize(
    "requests",
    [
        [post(QUERY)],
        [post(QUERY, "connection: close")],
        [post(QUERY), post("{ small }"), post(QUERY)],
        [post(QUERY, "expect: 100-continue")],
        [b"GET /graphql?query={page} HTTP/1.1\r\nhost: x\r\napollo-require-preflight: 1\r\n\r\n"],
    ],
    ids=["whole", "closing", "pipelined", "asgi", "get"],
)
def test_an_answer_that_nobody_reads_is_given_up(
    runner: asyncio.Runner, requests: list[bytes]
) -> None:
    async def scene() -> None:
        book = Book()
        async with listening(QUICKLY, [book.subgraph]) as gateway:
            await cut_off(gateway, *requests)
            assert book.subgraph.calls
            assert (await gateway.post("{ small }")).json() == {"data": {"small": 1}}

    runner.run(scene())


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"])
def test_a_stream_that_nobody_reads_is_ended(runner: asyncio.Runner, accept: str) -> None:
    async def scene() -> None:
        book = Book()
        async with listening(QUICKLY, [book.subgraph]) as gateway:
            client = dial(gateway)
            await say(client, post(EVENTS, f"accept: {accept}"))
            await eventually(book.left)
            assert book.sent < 30  # nothing was produced for the drawer
            await eventually(lambda: _is_idle(gateway))
            client.close()

    runner.run(scene())


def test_a_websocket_that_nobody_reads_is_ended(runner: asyncio.Runner) -> None:
    async def scene() -> None:
        book = Book()
        async with listening(QUICKLY, [book.subgraph]) as gateway:
            url = gateway.url.replace("http:", "ws:")
            connection = await connect(url, subprotocols=PROTOCOL, compression=None)
            client = Client(connection)
            await client.greet()
            connection.transport.pause_reading()
            await client.subscribe("1", EVENTS)
            await eventually(book.left)
            await eventually(lambda: _is_idle(gateway))
            connection.transport.abort()

    runner.run(scene())


def test_who_reads_in_the_end_gets_everything(runner: asyncio.Runner) -> None:
    async def scene() -> None:
        book = Book()
        async with listening(subgraphs=[book.subgraph]) as gateway:
            client = dial(gateway)
            await say(client, post(QUERY) + post("{ small }", "connection: close"))
            parts = []
            while part := await asyncio.get_running_loop().sock_recv(client, 1 << 20):
                parts.append(part)
            client.close()
        answer = b"".join(parts)
        assert len(answer) > len(PAGE)
        assert answer.endswith(b'{"data":{"small":1}}')

    runner.run(scene())


# --- the watch itself -------------------------------------------------------------------------


class Transport:
    """Of a transport what the watch needs; `waiting` bytes have not been taken."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.aborted = False

    def set_write_buffer_limits(self, high: int, low: int) -> None:
        """Taken as given."""

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def abort(self) -> None:
        self.aborted = True


class Loop:
    """Of a loop the timers; `fire` lets the one that is set go off."""

    def __init__(self) -> None:
        self.due: Callable[[], None] | None = None

    def call_later(self, _seconds: float, callback: Callable[[], None]) -> Loop:
        self.due = callback
        return self

    def cancel(self) -> None:
        self.due = None

    def fire(self) -> None:
        callback, self.due = self.due, None
        assert callback is not None
        callback()


def watch(waiting: int) -> tuple[WriteTimeout, Transport, Loop]:
    transport, loop = Transport(waiting), Loop()
    return WriteTimeout(loop, transport, 1.0), transport, loop  # type: ignore[arg-type]


def test_any_progress_starts_the_time_anew() -> None:
    unread, transport, loop = watch(1000)
    unread.paused()
    for left in (999, 500, 1):
        transport.waiting = left
        loop.fire()
        assert not transport.aborted
    loop.fire()
    assert transport.aborted
    assert loop.due is None


def test_what_was_taken_is_watched_no_more() -> None:
    unread, transport, loop = watch(1000)
    unread.paused()
    unread.resumed()
    assert loop.due is None
    unread.paused()
    unread.end()
    unread.end()
    assert loop.due is None
    assert not transport.aborted
