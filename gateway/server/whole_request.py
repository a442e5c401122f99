"""A request that arrives whole, and takes the short way to the application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from gateway.server.http import (
    ArrivedRequest,
    HeaderList,
    Receive,
    Scope,
    Send,
    ServedConnection,
)

if TYPE_CHECKING:
    from gateway.server.http_protocol import BoundedHttpProtocol

LOGGER = logging.getLogger("gateway.server")

_FAILURE = b"Internal Server Error"
_FAILURE_LINES = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n" % len(
    _FAILURE
)


class DirectApplication(Protocol):
    """What the application offers besides ASGI."""

    def takes(self, path: bytes) -> bool:
        """Whether POSTs to this request target may come the short way."""

    def direct(self, request: ArrivedRequest) -> Coroutine[Any, Any, None]:
        """Answer a request that has arrived whole."""


class _NoEvent:
    """Stands for the event that wakes up readers of a body; nobody reads one that is here."""

    @staticmethod
    def set() -> None:
        """Nobody waits."""


class WholeRequest:
    """A request on the short way (see `ArrivedRequest`), in the place of uvicorn's cycle."""

    more_body: ClassVar[bool] = False

    __slots__ = (
        "_cycle",
        "_protocol",
        "_task",
        "body",
        "client_address",
        "connection",
        "disconnected",
        "header_list",
        "keep_alive",
        "message_event",
        "method",
        "path",
        "query_string",
        "response_complete",
    )

    def __init__(self, protocol: BoundedHttpProtocol, path: str, headers: HeaderList) -> None:
        self._protocol = protocol
        self.connection: ServedConnection = protocol
        self.method = "POST"
        self.path = path
        self.query_string = b""
        self.header_list = headers
        self.body = b""
        self.client_address = protocol.client[0] if protocol.client else ""
        self.keep_alive: bool = protocol.parser.should_keep_alive()
        self._task: asyncio.Task[None] | None = None
        self._cycle: RequestResponseCycle | None = None
        # What uvicorn's protocol looks at.
        self.disconnected = False
        self.response_complete = False
        self.message_event = _NoEvent

    @property
    def task(self) -> asyncio.Task[None]:
        """See `ArrivedRequest`."""
        assert self._task is not None  # noqa: S101 - set by `start`
        return self._task

    def start(self, direct: DirectApplication) -> asyncio.Task[None]:
        """Have the request answered."""
        self._task = self._protocol.loop.create_task(self._answer(direct))
        return self._task

    async def _answer(self, direct: DirectApplication) -> None:
        try:
            await direct.direct(self)
        except (Exception, asyncio.CancelledError):
            # The application answers its own failures; this is one of sending, or the server's end.
            LOGGER.exception("a request was not answered")
            if self._cycle is None and not self.response_complete:
                self.keep_alive = False
                self.reply(500, _FAILURE_LINES, _FAILURE)
        finally:
            self._protocol.tasks.discard(self.task)
            self.body = b""  # the protocol keeps this object until the next request comes
            answered = self._cycle or self
            if not answered.response_complete and not answered.disconnected:
                self._protocol.transport.close()  # the rest of the answer will never be sent

    @property
    def is_ready(self) -> bool:
        """See `ArrivedRequest`."""
        return not self._protocol.flow.write_paused or self.disconnected

    async def ready(self) -> None:
        """See `ArrivedRequest`."""
        await self._protocol.flow.drain()

    def reply(self, status: int, lines: bytes, body: bytes) -> None:
        """See `ArrivedRequest`."""
        if self.disconnected:
            return
        protocol = self._protocol
        parts = [STATUS_LINE[status]]
        for name, value in protocol.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        parts += (lines, b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n", body)
        protocol.transport.write(b"".join(parts))
        self.response_complete = True
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()

    def as_asgi(self) -> tuple[Scope, Receive, Send]:
        """See `ArrivedRequest`. The request is uvicorn's from here on."""
        return self._protocol.hand_over(self)

    def handed_over(self, cycle: RequestResponseCycle) -> None:
        """Note that the answer is sent by a cycle of uvicorn's."""
        self._cycle = cycle
        self.response_complete = True
        self.body = b""
