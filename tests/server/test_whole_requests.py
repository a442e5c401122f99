"""Requests that arrive whole take a short way through the server; whoever asks must not notice.

Each of these sends the same request whole (one write) and in pieces, which goes the way of ASGI.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.server.gateway_kit import Deployed, listening

ASKED = json.dumps({"query": "{ me { name } }"}).encode()
ME = {"data": {"me": {"name": "Ada"}}}


@dataclass
class Answer:
    """A response as it came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)


class Connection:
    """A connection on which bytes are sent as the test says."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, *pieces: bytes) -> None:
        """Send pieces that the server reads one by one."""
        for number, piece in enumerate(pieces):
            if number:
                await asyncio.sleep(0.02)
            self.writer.write(piece)
            await self.writer.drain()

    async def answer(self) -> Answer:
        """The next response; only those with a length."""
        async with asyncio.timeout(20):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = [(n.lower(), v) for n, _, v in (line.partition(": ") for line in lines)]
            answer = Answer(int(first.split()[1]), headers, b"")
            length = answer.header("content-length")
            if length is not None:
                answer.body = await self.reader.readexactly(int(length))
            return answer

    async def is_closed(self) -> bool:
        """Whether the server closes the connection without another word."""
        async with asyncio.timeout(20):
            return await self.reader.read() == b""


@asynccontextmanager
async def connected(gateway: Deployed) -> AsyncIterator[Connection]:
    """A connection to a gateway."""
    parts = urlsplit(gateway.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


def post(*lines: str, body: bytes = ASKED, path: str = "/graphql", version: str = "1.1") -> bytes:
    """A request in one piece."""
    fixed = ("host: x", "content-type: application/json", f"content-length: {len(body)}")
    head = "\r\n".join((f"POST {path} HTTP/{version}", *fixed, *lines))
    return f"{head}\r\n\r\n".encode() + body


WAYS = pytest.mark.parametrize("whole", [True, False], ids=["whole", "in pieces"])


def sent(request: bytes, whole: bool) -> tuple[bytes, ...]:
    """The request as it is sent: at once, or cut within its body."""
    return (request,) if whole else (request[:-5], request[-5:])


async def test_both_ways_give_the_same_answer() -> None:
    answers = []
    async with listening() as gateway:
        for whole in (True, False):
            async with connected(gateway) as connection:
                named = post("x-correlation-id: the-same-one")
                await connection.say(*sent(named, whole))
                answers.append(await connection.answer())
    one, other = answers
    assert json.loads(one.body) == ME
    assert one.body == other.body

    def facts(answer: Answer) -> Any:
        return answer.status, sorted(pair for pair in answer.headers if pair[0] != "date")

    assert facts(one) == facts(other)


@WAYS
async def test_a_connection_serves_one_request_after_another(whole: bool) -> None:
    async with listening() as gateway, connected(gateway) as connection:
        for number in range(3):
            asked = json.dumps({"query": f"{{ echo(number: {number}) }}"}).encode()
            await connection.say(*sent(post(body=asked), whole))
            answer = await connection.answer()
            assert f"'number', {number}" in answer.body.decode()


async def test_requests_sent_ahead_are_answered_in_order() -> None:
    async with listening() as gateway, connected(gateway) as connection:
        ahead = [
            post(body=json.dumps({"query": f"{{ echo(number: {number}) }}"}).encode())
            for number in range(5)
        ]
        await connection.say(b"".join(ahead))
        for number in range(5):
            answer = await connection.answer()
            assert f"'number', {number}" in answer.body.decode()


@WAYS
@pytest.mark.parametrize(
    "request_", [post("connection: close"), post(version="1.0")], ids=["close", "HTTP/1.0"]
)
async def test_a_connection_that_is_to_end_ends(request_: bytes, whole: bool) -> None:
    async with listening() as gateway, connected(gateway) as connection:
        await connection.say(*sent(request_, whole))
        assert json.loads((await connection.answer()).body) == ME
        assert await connection.is_closed()


async def test_a_client_that_asks_before_it_sends_is_told_to_go_on() -> None:
    async with listening() as gateway, connected(gateway) as connection:
        request = post("expect: 100-continue")
        await connection.say(request[: -len(ASKED)])
        assert (await connection.answer()).status == 100
        await connection.say(ASKED)
        assert json.loads((await connection.answer()).body) == ME


@WAYS
async def test_trailers_are_no_headers(whole: bool) -> None:
    """What comes after a chunked body must not speak for the request (RFC 9110, section 6.5.1)."""
    head = (
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        b"transfer-encoding: chunked\r\n\r\n"
    )
    trailers = b"x-correlation-id: from-a-trailer\r\naccept: text/plain\r\n\r\n"
    chunked = b"%x\r\n%b\r\n0\r\n" % (len(ASKED), ASKED) + trailers
    async with listening() as gateway, connected(gateway) as connection:
        await connection.say(*([head + chunked] if whole else [head, chunked]))
        answer = await connection.answer()
        assert json.loads(answer.body) == ME
        assert answer.header("x-correlation-id") != "from-a-trailer"


@WAYS
async def test_refusals_are_the_same(whole: bool) -> None:
    async with listening() as gateway:
        for request, status in [
            (post(body=b"{not JSON"), 400),
            (post(body=b'{"query": "{ nothing }"}'), 200),
            (post("accept: text/csv"), 406),
            (post("accept: application/graphql-response+json", body=b'{"query":"{ no }"}'), 400),
        ]:
            async with connected(gateway) as connection:
                await connection.say(*sent(request, whole))
                answer = await connection.answer()
                assert answer.status == status, request
                assert "errors" in json.loads(answer.body)


@WAYS
async def test_bodies_beyond_the_bound_are_refused(whole: bool) -> None:
    bounds = {"limits": {"http_max_request_bytes": 100}}
    async with listening(bounds) as gateway, connected(gateway) as connection:
        await connection.say(*sent(post(body=b" " * 200), whole))
        answer = await connection.answer()
        assert answer.status == 413
        assert b"REQUEST_TOO_LARGE" in answer.body


@WAYS
async def test_an_answer_in_parts_comes_in_parts(whole: bool) -> None:
    body = json.dumps({"query": "{ me { id ... @defer { name } } }"}).encode()
    accept = "accept: multipart/mixed;deferSpec=20220824, application/json"
    async with listening() as gateway, connected(gateway) as connection:
        await connection.say(*sent(post(accept, "connection: close", body=body), whole))
        async with asyncio.timeout(20):
            answer = await connection.reader.read()
    assert b"transfer-encoding: chunked" in answer
    assert b"multipart/mixed" in answer
    assert b'"hasNext":false' in answer.replace(b" ", b"")


async def test_an_idle_connection_is_closed_and_a_used_one_is_kept() -> None:
    async with listening() as gateway:
        (server,) = gateway.extra["servers"]
        server.config.timeout_keep_alive = 2
        async with connected(gateway) as used, connected(gateway) as idle:
            await idle.say(post())
            assert json.loads((await idle.answer()).body) == ME
            for _ in range(5):
                await used.say(post())
                assert json.loads((await used.answer()).body) == ME
                await asyncio.sleep(0.5)
            assert await idle.is_closed()
            await used.say(post())
            assert json.loads((await used.answer()).body) == ME
            assert await used.is_closed()
