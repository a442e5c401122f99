"""Writing responses, and noticing when nobody reads them any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from gateway.header_lines import are_lines, are_names
from gateway.server.http import ArrivedRequest, HeaderList, HttpResponse, Receive, Scope, Send
from gateway.server.streaming import close

SECURITY_HEADERS: HeaderList = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
]


async def send(response: HttpResponse, scope: Scope, receive: Receive, send_message: Send) -> None:
    """Send a response. A stream ends, and its source is closed, when the client goes away."""
    response.headers += SECURITY_HEADERS
    if response.parts is None:
        response.headers.append((b"content-length", b"%d" % len(response.body)))
        await send_message(
            {
                "type": "http.response.start",
                "status": response.status,
                "headers": response.headers,
            }
        )
        await send_message({"type": "http.response.body", "body": response.body})
        return
    sending = asyncio.ensure_future(_send_parts(response, response.parts, send_message))
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, gone):
            task.cancel()
        await asyncio.wait((sending, gone))
        await close(response.parts)
    if not sending.cancelled():
        sending.result()


async def reply(response: HttpResponse, request: ArrivedRequest) -> None:
    """Send a whole response to a request that has arrived whole."""
    response.headers.append((b"content-length", b"%d" % len(response.body)))
    lines = _SECURITY_LINES + header_lines(response.headers)
    if not request.is_ready:
        await request.ready()
    request.reply(response.status, lines, response.body)


def header_lines(headers: HeaderList) -> bytes:
    """The headers as lines of HTTP/1.1.

    Raises `ValueError` if a name or value could end its line or begin another.
    """
    lines = b"".join([b"%b: %b\r\n" % pair for pair in headers])
    if not are_lines(lines, len(headers)) or not are_names([name for name, _ in headers]):
        raise ValueError("a response header holds characters that HTTP does not allow")
    return lines


_SECURITY_LINES = header_lines(SECURITY_HEADERS)


async def _send_parts(
    response: HttpResponse, parts: AsyncIterator[bytes], send_message: Send
) -> None:
    await send_message(
        {"type": "http.response.start", "status": response.status, "headers": response.headers}
    )
    async for part in parts:
        await send_message({"type": "http.response.body", "body": part, "more_body": True})
        response.streamed += len(part)
    await send_message({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
