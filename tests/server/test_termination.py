"""SIGTERM while answers stream over raw sockets: each ends in order, and the process ends in time."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from tests.kit.local_subgraph import LocalSubgraph
from tests.server.clock import SDL as CLOCK
from tests.server.gateway_kit import composed, reviews, users
from tests.server.test_serve_command import Serving, serving
from tests.transport.peer import Exchange, Peer, eventually, peer

EVENT_STREAM = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def event(text: str) -> bytes:
    return chunk(b"event: next\ndata: " + json.dumps({"data": {"count": text}}).encode() + b"\n\n")


def serves(folder: Path, subgraph: Peer, **router: str) -> list[str]:
    """Files for a gateway before subgraphs that are all at one address; its arguments."""
    made = [
        users(),
        reviews(),
        LocalSubgraph("clock", CLOCK.replace("count(to: Int!): Int", "count(to: Int!): String")),
    ]
    sources = [(each.name, subgraph.url, each.sdl) for each in made]
    (folder / "supergraph.graphql").write_text(composed(tuple(sources)))
    settings = {"mode": "development", "traffic_shaping": {"router": router}}
    (folder / "gateway.yaml").write_text(yaml.safe_dump(settings))
    return [
        "--supergraph",
        str(folder / "supergraph.graphql"),
        "--config",
        str(folder / "gateway.yaml"),
    ]


class Stream:
    """An answer in parts, read from a raw socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.text = b""

    @staticmethod
    async def open(gateway: Serving, query: str, accept: str) -> Stream:
        """Send the request in one piece, which the gateway takes the short way at first."""
        parts = urlsplit(gateway.url)
        stream = Stream(*await asyncio.open_connection(parts.hostname, parts.port))
        body = json.dumps({"query": query}).encode()
        stream._writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"accept: %b\r\ncontent-length: %d\r\n\r\n%b" % (accept.encode(), len(body), body)
        )
        return stream

    async def until(self, text: bytes) -> None:
        """Read until a text has come."""
        async with asyncio.timeout(20):
            while text not in self.text:
                piece = await self._reader.read(4096)
                assert piece, self.text
                self.text += piece

    async def rest(self) -> bytes:
        """Read until the gateway closes the connection."""
        async with asyncio.timeout(20):
            self.text += await self._reader.read()
        self._writer.close()
        return self.text


async def test_streams_end_in_order(tmp_path: Path) -> None:
    go_on = asyncio.Event()

    async def subgraph(exchange: Exchange) -> None:
        if b"subscription" in exchange.body:
            await exchange.write(EVENT_STREAM + event("0"))
            await exchange.until_left()
        elif b"_entities" in exchange.body:
            await go_on.wait()
            await exchange.answer(b'{"data":{"_entities":[{"reviews":[{"body":"Fine"}]}]}}')
        else:
            await exchange.answer(b'{"data":{"me":{"__typename":"User","id":"1"}}}')

    counting = "subscription { count(to: 5) }"
    deferring = "{ me { id ... @defer { reviews { body } } } }"
    async with peer(subgraph) as behind, serving(*serves(tmp_path, behind)) as gateway:
        sse = await Stream.open(gateway, counting, "text/event-stream")
        multipart = await Stream.open(gateway, counting, "multipart/mixed;subscriptionSpec=1.0")
        deferred = await Stream.open(gateway, deferring, "multipart/mixed;deferSpec=20220824")
        for stream in (sse, multipart):
            await stream.until(b'{"count":"0"}')
        await deferred.until(b'"hasNext":true')
        gateway.process.terminate()
        told = await sse.rest()
        parted = await multipart.rest()
        # The rest of a query is waited for; streams of events would never end by themselves.
        go_on.set()
        whole = await deferred.rest()
        async with asyncio.timeout(20):
            assert await gateway.process.wait() in (0, -signal.SIGTERM)
        await eventually(lambda: not behind.open_connections)
    assert b"SERVICE_UNAVAILABLE" in told
    assert told.endswith(chunk(b"event: complete\ndata:\n\n") + b"0\r\n\r\n")
    assert b"SERVICE_UNAVAILABLE" in parted
    assert parted.endswith(chunk(b"--\r\n") + b"0\r\n\r\n")
    assert b'"body":"Fine"' in whole
    assert b'"hasNext":false' in whole
    assert whole.endswith(chunk(b"--\r\n") + b"0\r\n\r\n")


async def test_a_client_that_does_not_read_does_not_keep_the_process(tmp_path: Path) -> None:
    page = "x" * 1_000_000
    sent = 0

    async def subgraph(exchange: Exchange) -> None:
        nonlocal sent
        await exchange.write(EVENT_STREAM)
        while True:
            await exchange.write(event(page))
            sent += 1

    async with (
        peer(subgraph) as behind,
        serving(*serves(tmp_path, behind, drain_timeout="1s")) as gateway,
    ):
        parts = urlsplit(gateway.url)
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect((parts.hostname, parts.port))
        body = b'{"query":"subscription { count(to: 5) }"}'
        raw.sendall(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"accept: text/event-stream\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
        )
        await eventually(lambda: sent > 3)
        gateway.process.terminate()
        async with asyncio.timeout(20):
            assert await gateway.process.wait() in (0, -signal.SIGTERM)
        raw.close()
