"""Every lie that HTTP can carry, to every transport: an answer or a coded error, and a clean next.

What is behind an answer, or wrong with it, never becomes part of the answer to somebody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.errors import Code
from gateway.transport.http1.client import Http1Transport
from gateway.transport.port import TransportError
from gateway.transport.settings import TransportSettings
from tests.kit.hostile_answers import HEAD, WIRES
from tests.transport.conftest import Build, ask
from tests.transport.peer import Exchange, eventually, peer

BODY = b'{"data":{"a":1}}'
NEXT = b'{"data":{"next":1}}'
# Without a close these go on for ever; what ends them is their time.
ENDLESS = {
    *("no last chunk", "length too long", "no length", "no headers", "HTTP/0.9", "SSH", "nothing"),
    "chunk of a huge size",
}
# After these a connection may serve somebody else: their framing was in order.
CLEAN = {
    *("plain", "chunked", "chunked with trailers", "chunk extension", "answer in an answer"),
    *("interim", "interim with a length", "interim flood", "gzip", "deflate", "gzip lie"),
    *("deflate lie", "gzip cut", "gzip twice", "brotli", "zstd", "bomb", "205", "301", "307"),
    *("401", "429", "500", "599", "999", "html", "event stream", "cookies", "keep-alive lie"),
    *("folded header", "bare line feeds", "HTTP/2"),
}
SETTINGS = {"timeout": 20.0, "max_response_bytes": 8_000_000}


def first_hostile(wire: str, *, closes: bool) -> object:
    """A subgraph whose first answer is hostile, and all others right."""

    async def script(exchange: Exchange) -> None:
        if exchange.number:
            await exchange.answer(NEXT)
            return
        await exchange.write(WIRES[wire](BODY))
        if closes:
            exchange.close()

    return script


@pytest.mark.parametrize(
    ("wire", "closes"),
    [(wire, True) for wire in WIRES] + [(wire, False) for wire in WIRES if wire not in ENDLESS],
)
async def test_the_next_answer_is_the_right_one(build: Build, wire: str, closes: bool) -> None:
    async with peer(first_hostile(wire, closes=closes)) as subgraph:  # type: ignore[arg-type]
        transport = build(**SETTINGS)
        try:
            answer = await transport.send(ask(subgraph.url, idempotent=False))
        except TransportError as error:
            assert error.code in (
                Code.SUBREQUEST_HTTP_ERROR,
                Code.SUBREQUEST_MALFORMED_RESPONSE,
                Code.SUBREQUEST_TOO_LARGE,
            )
        else:
            assert answer.status >= 200
            assert len(answer.body) <= SETTINGS["max_response_bytes"]
        for _ in range(2):
            assert (await transport.send(ask(subgraph.url))).body == NEXT
        assert len(subgraph.exchanges) == 3
        if wire not in CLEAN:
            assert subgraph.connections == 2


async def test_surplus_in_the_middle_of_others_reaches_nobody(build: Build) -> None:
    """Many callers share few connections; every fourth answer has another behind it."""

    async def script(exchange: Exchange) -> None:
        await exchange.answer(exchange.body)
        if exchange.number % 4 == 0:
            await exchange.answer(b'{"data":"of somebody else"}')

    async with peer(script) as subgraph:
        transport = build(max_connections=3)
        bodies = [b'{"query":"%d"}' % number for number in range(80)]

        async def asked(body: bytes) -> bytes:
            try:
                return (await transport.send(ask(subgraph.url, body))).body
            except TransportError:
                return body  # surplus that came late has cost the connection

        assert await asyncio.gather(*map(asked, bodies)) == bodies


@pytest.mark.parametrize(
    "pieces",
    [(HEAD + b"x: ", b"y" * 4096), (HEAD, b"x: y\r\n" * 500), (b"HTTP/1.1 200 ", b"O" * 4096)],
    ids=["one header", "header lines", "reason"],
)
async def test_a_head_without_end_ends_at_its_limit(pieces: tuple[bytes, bytes]) -> None:
    start, more = pieces
    sent = 0

    async def script(exchange: Exchange) -> None:
        nonlocal sent
        await exchange.write(start)
        while True:
            await exchange.write(more)
            sent += len(more)

    async with _transport(max_header_bytes=20_000) as transport, peer(script) as subgraph:
        with pytest.raises(TransportError) as caught:
            await transport.send(ask(subgraph.url))
        await eventually(lambda: not subgraph.open_connections)
    assert caught.value.code is Code.SUBREQUEST_TOO_LARGE


@pytest.mark.parametrize(
    "pieces",
    [(b"2;", b"x" * 4096), (b"2\r\n{}\r\n0\r\nx: ", b"y" * 4096)],
    ids=["chunk extension", "trailer"],
)
async def test_what_is_no_body_has_the_bound_of_a_head(pieces: tuple[bytes, bytes]) -> None:
    start, more = pieces

    async def script(exchange: Exchange) -> None:
        await exchange.write(HEAD + b"transfer-encoding: chunked\r\n\r\n" + start)
        while True:
            await exchange.write(more)

    async with _transport(max_header_bytes=20_000) as transport, peer(script) as subgraph:
        with pytest.raises(TransportError) as caught:
            await transport.send(ask(subgraph.url))
        await eventually(lambda: not subgraph.open_connections)
    assert caught.value.code is Code.SUBREQUEST_TOO_LARGE


async def test_a_large_body_in_large_pieces_is_no_head() -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.answer(b"x" * 5_000_000)

    async with _transport(max_header_bytes=1_000) as transport, peer(script) as subgraph:
        assert len((await transport.send(ask(subgraph.url))).body) == 5_000_000


@asynccontextmanager
async def _transport(**settings: int) -> AsyncIterator[Http1Transport]:
    made = Http1Transport(TransportSettings(timeout=20.0, **settings))  # type: ignore[arg-type]
    yield made
    await made.close()
