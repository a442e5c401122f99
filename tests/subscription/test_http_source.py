"""Subscriptions at subgraphs over real connections, with subgraphs that behave and that do not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
import uvicorn

from gateway.subscription.http_source import HttpEventSource
from gateway.transport.factory import create_transport
from gateway.transport.port import SubgraphRequest, TransportError
from gateway.transport.settings import TransportSettings

Answer = Callable[[Any, Any], Any]


@asynccontextmanager
async def source_of(answer: Answer, **limits: Any) -> AsyncIterator[tuple[HttpEventSource, str]]:
    """An event source, and the address of a subgraph that answers so: `(scope, send)`."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await answer(scope, send)

    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    config = uvicorn.Config(
        app,
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    transport = create_transport(TransportSettings(timeout=10))
    try:
        yield (
            HttpEventSource(transport, limits.get("max_event_bytes", 10_000)),
            f"http://127.0.0.1:{bound.getsockname()[1]}/",
        )
    finally:
        await transport.close()
        server.should_exit = True
        await task


def answering(
    *pieces: bytes,
    status: int = 200,
    content_type: str = "text/event-stream",
    seen: list[Any] | None = None,
    then: Callable[[], Any] | None = None,
) -> Answer:
    async def answer(scope: Any, send: Any) -> None:
        if seen is not None:
            seen.append(dict(scope["headers"]))
        headers = [(b"content-type", content_type.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(0)
        if then is not None:
            await then()
        await send({"type": "http.response.body", "body": b""})

    return answer


async def bodies(answer: Answer, **limits: Any) -> list[bytes]:
    async with source_of(answer, **limits) as (source, url):
        request = SubgraphRequest("s", url, b"{}", (("content-type", "application/json"),))
        return [body async for body in source.subscribe(request)]


async def test_events_until_complete() -> None:
    seen: list[Any] = []
    answer = answering(
        b":\n\nevent: next\nda",
        b'ta: {"data":1}\n\nevent: next\ndata: {"data":2}\n\n',
        b"event: complete\ndata:\n\nevent: next\ndata: late\n\n",
        seen=seen,
    )
    assert await bodies(answer) == [b'{"data":1}', b'{"data":2}']
    assert seen[0][b"accept"].startswith(b"text/event-stream, multipart/mixed")


async def test_parts_until_the_last_delimiter() -> None:
    answer = answering(
        b"--graphql\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql",
        b'\r\n\r\n{"payload":{"data":{"n":1}}}\r\n--graphql\r\n\r\n',
        b'{"payload":null,"errors":[{"message":"gone"}]}\r\n--graphql--',
        content_type='multipart/mixed; boundary="graphql"; subscriptionSpec=1.0',
    )
    assert await bodies(answer) == [b'{"data":{"n":1}}', b'{"errors":[{"message":"gone"}]}']


async def test_a_refusal_in_json_is_an_event() -> None:
    refusal = b'{"errors":[{"message":"no"}]}'
    answer = answering(refusal, status=400, content_type="application/json")
    assert await bodies(answer) == [refusal]


@pytest.mark.parametrize(
    "answer",
    [
        answering(b"event: next\ndata: {}\n\n"),
        answering(b"oops", status=502, content_type="text/plain"),
        answering(b"", status=204),
        answering(b"--x\r\n\r\n{}", content_type="multipart/mixed; boundary=x"),
        answering(b"data: " + b"x" * 20_000),
        answering(b"--x\r\n\r\n" + b"x" * 20_000, content_type="multipart/mixed; boundary=x"),
        answering(b"x" * 20_000, content_type="application/json"),
        answering(b"--x\r\n\r\nnot json\r\n--x--", content_type="multipart/mixed; boundary=x"),
    ],
)
async def test_what_is_none_of_the_formats_fails(answer: Answer) -> None:
    with pytest.raises(TransportError):
        await bodies(answer)


async def test_leaving_closes_the_connection() -> None:
    gone = asyncio.Event()

    async def answer(scope: Any, send: Any) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"text/event-stream")],
            }
        )
        event = b"event: next\ndata: {}\n\n"
        for _ in range(1000):
            await send({"type": "http.response.body", "body": event, "more_body": True})
            await asyncio.sleep(0.01)
            if scope["state"].get("gone"):
                break
        gone.set()

    async with source_of(answer) as (source, url):
        events = source.subscribe(SubgraphRequest("s", url, b"{}"))
        async with aclosing(events):
            assert await anext(events) == b"{}"
