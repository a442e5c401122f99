"""Whole responses over real sockets: one write, the same bytes as by ASGI's own messages."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import urlsplit

import pytest

from gateway.server.sending import header_lines
from tests.server.gateway_kit import Deployed, listening

QUERY = b'{"query":"{ __typename }"}'


def request(*headers: str, version: str = "1.1") -> bytes:
    lines = [
        f"POST /graphql HTTP/{version}",
        "host: gateway",
        "content-type: application/json",
        f"content-length: {len(QUERY)}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + QUERY


def port_of(gateway: Deployed) -> int | None:
    return urlsplit(gateway.url).port


def test_header_lines() -> None:
    lines = header_lines([(b"content-type", b"application/json"), (b"x-a", b"caf\xe9\t1")])
    assert lines == b"content-type: application/json\r\nx-a: caf\xe9\t1\r\n"


@pytest.mark.parametrize(
    "pair",
    [
        (b"x-a", b"1\r\nx-evil: 2"),
        (b"x-a", b"1\nx-evil: 2"),
        (b"x-a: 1\r\nx-evil", b"2"),
        (b"x a", b"1"),
        (b"", b"1"),
        (b"x-a", b"\x00"),
    ],
)
def test_header_lines_refuse_what_would_make_other_lines(pair: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="does not allow"):
        header_lines([(b"x-b", b"2"), pair])


async def test_requests_one_after_the_other_and_pipelined() -> None:
    async with listening({}) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(gateway))
        for _ in range(2):
            writer.write(request())
            assert b'"__typename"' in await answer(reader)
        writer.write(request() * 3)
        for _ in range(3):
            assert b'"__typename"' in await answer(reader)
        writer.close()


@pytest.mark.parametrize("closing", [request("connection: close"), request(version="1.0")])
async def test_the_connection_is_closed_when_the_client_wants_it(closing: bytes) -> None:
    async with listening({}) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(gateway))
        writer.write(closing)
        async with asyncio.timeout(10):
            data = await reader.read()
        writer.close()
    head, _, body = data.partition(b"\r\n\r\n")
    assert b"connection: close" in head
    assert f"content-length: {len(body)}".encode() in head


async def answer(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        return await reader.readexactly(length)


async def test_trailers_without_end_close_the_connection() -> None:
    async with listening({"limits": {"http_max_headers": 20}}) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(gateway))
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n"
        )
        for number in range(100):
            writer.write(b"x-%d: y\r\n" % number)
        async with asyncio.timeout(10):
            # What the server had not read yet turns its close into a reset.
            with contextlib.suppress(ConnectionResetError):
                await reader.read()
        writer.close()
