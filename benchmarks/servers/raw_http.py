"""A very cheap HTTP/1.1 server, so that what is measured is the gateway before it.

It trusts its peer: it is for the bench on the loopback interface, not for anything else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

Handler = Callable[[bytes, bytes, bytes], bytes]
"""(request target, head in lower case, body) -> JSON body of the answer."""

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"


class RawHttp(asyncio.Protocol):
    """Answers the requests of a connection in order."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        while buffer:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                break
            head = buffer[:end].lower()
            body_at = end + 4
            body_end = body_at + _content_length(head)
            if len(buffer) < body_end:
                break
            target = buffer[: buffer.find(b"\r\n")].split(b" ")[1]
            answer = self._handler(target, head, buffer[body_at:body_end])
            if self._transport is not None:
                self._transport.write(_HEAD % (len(answer), answer))
            buffer = buffer[body_end:]
        self._buffer = buffer


def _content_length(head: bytes) -> int:
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    end = head.find(b"\r\n", at + 2)
    return int(head[at + 17 : end if end >= 0 else len(head)])


async def serve(handler: Handler, port: int = 0) -> asyncio.Server:
    """Listen on the loopback interface; `port` 0 takes a free one."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: RawHttp(handler), "127.0.0.1", port, backlog=1024)
