"""uvicorn's HTTP protocol with bounds on a request's head: its size, its lines and its time.

uvicorn leaves these to a proxy in front; this gateway is meant to stand alone.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from gateway.server.http import SERVED_CONNECTION, WHOLE_RESPONSE, Abandonable
from gateway.settings.serving import Limits


class HeadRefusedError(Exception):
    """The head exceeds a bound; raised inside the parser, which then reports a bad request."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """Made concrete by `bounded_protocol`."""

    limits: Limits = Limits()
    serving: Abandonable | None = None

    _reading_head = True
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None
    _refusal: int | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock: a connection on which nothing is said is closed as well."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock, and what the client does not wait for any more."""
        self._head_complete()
        super().connection_lost(exc)
        if self.serving is not None:
            self.serving.abandon()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that is still incomplete afterwards is measured."""
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self.headers is not None and len(self.headers) > self.limits.http_max_headers:
            self.transport.close()  # trailers of a chunked body, which the parser calls headers
        elif self._reading_head:
            self._head_bytes += len(data)
            if self._head_bytes > self.limits.http_max_header_bytes + self._url_bytes():
                self._refuse(431)
            elif self._head_timer is None:
                self._await_head()

    def _url_bytes(self) -> int:
        return self.limits.http_max_query_string_bytes + 1024

    def on_message_begin(self) -> None:
        """A new request starts."""
        super().on_message_begin()
        self._reading_head = True
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Bound the request target."""
        super().on_url(url)
        if len(self.url) > self._url_bytes():
            self._refusal = 414
            raise HeadRefusedError

    def on_headers_complete(self) -> None:
        """The head is here in time; the application may answer with a whole response."""
        self._head_complete()
        headers = self.headers
        size = sum([len(name) + len(value) + 4 for name, value in headers])
        limits = self.limits
        if len(headers) > limits.http_max_headers or size > limits.http_max_header_bytes:
            self._refusal = 431
            raise HeadRefusedError
        super().on_headers_complete()
        if self.cycle is not None:
            # ASGI wants extensions to be dicts; these never leave the process.
            offered: dict[str, Any] = {
                WHOLE_RESPONSE: partial(_send_whole, self.cycle),
                SERVED_CONNECTION: self,
            }
            self.scope["extensions"] = offered

    def send_400_response(self, msg: str) -> None:
        """Answer a head that the parser, or a bound, refused."""
        if self._refusal is None:
            super().send_400_response(msg)
        else:
            self._refuse(self._refusal)

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(
            self.limits.http_header_timeout, self._head_timed_out
        )

    def _head_complete(self) -> None:
        self._reading_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_timed_out(self) -> None:
        self._head_timer = None
        if self._reading_head and not self.transport.is_closing():
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        self.transport.write(
            STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n"
        )
        self.transport.close()


async def _send_whole(
    cycle: RequestResponseCycle, status: int, headers: bytes, body: bytes
) -> None:
    """Send a complete response in one write.

    ASGI's two messages cost several times as much: uvicorn judges every header line on its own.
    `headers` are the lines, checked, with the body's length, without the empty line at the end.
    """
    if cycle.flow.write_paused and not cycle.disconnected:
        await cycle.flow.drain()
    if cycle.disconnected:
        return
    if cycle.response_started:
        raise RuntimeError("the response has been started already")
    cycle.response_started = True
    cycle.waiting_for_100_continue = False
    parts = [STATUS_LINE[status]]
    for name, value in cycle.default_headers:
        parts += (name, b": ", value, b"\r\n")
    parts.append(headers)
    parts.append(b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
    if cycle.scope["method"] != "HEAD":
        parts.append(body)
    cycle.transport.write(b"".join(parts))
    cycle.response_complete = True
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()


def bounded_protocol(bounds: Limits) -> type[BoundedHttpProtocol]:
    """The protocol class for these limits."""
    return type("BoundedHttpProtocol", (BoundedHttpProtocol,), {"limits": bounds})
