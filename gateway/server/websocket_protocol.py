"""uvicorn's WebSocket protocol with a bound on clients that do not read."""

from __future__ import annotations

import asyncio
from typing import cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gateway.server.write_timeout import WriteTimeout
from gateway.settings.serving import Limits


class BoundedWebSocketProtocol(WebSocketsSansIOProtocol):
    """Made concrete by `bounded_websocket_protocol`.

    By itself uvicorn closes the connection of a client that answers no ping, and then waits for
    ever until the client has read all that was sent before.
    """

    limits: Limits = Limits()
    _unread: WriteTimeout

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start watching; what was sent before the upgrade may still wait."""
        super().connection_made(transport)
        # uvloop's transports have the interface of asyncio.Transport without being subclasses.
        writing = cast(asyncio.Transport, transport)
        self._unread = WriteTimeout(self.loop, writing, self.limits.http_write_timeout)
        if writing.get_write_buffer_size():
            self._unread.paused()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        self._unread.end()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client does not take what is sent at once."""
        super().pause_writing()
        self._unread.paused()

    def resume_writing(self) -> None:
        """The client has taken it."""
        super().resume_writing()
        self._unread.resumed()


def bounded_websocket_protocol(bounds: Limits) -> type[BoundedWebSocketProtocol]:
    """The protocol class for these limits."""
    return type("BoundedWebSocketProtocol", (BoundedWebSocketProtocol,), {"limits": bounds})
