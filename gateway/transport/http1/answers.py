"""The two ways to take an answer: as a whole, or piece by piece with back-pressure."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from gateway.errors import Code
from gateway.transport.decoding import BodyTooLargeError, DecodingError, decode
from gateway.transport.http1.connection import Connection
from gateway.transport.port import SubgraphResponse, TransportError, decoded_headers

_RESUME_BELOW = 32 * 1024
_PAUSE_ABOVE = 128 * 1024


def too_large(name: str, limit: int) -> TransportError:
    """The error for an answer above the size limit."""
    return TransportError(
        Code.SUBREQUEST_TOO_LARGE, f"{name} answered with more than {limit} bytes"
    )


class WholeAnswer:
    """Collects an answer and resolves `future` with a `SubgraphResponse`."""

    __slots__ = (
        "_chunks",
        "_encoding",
        "_headers",
        "_limit",
        "_name",
        "_size",
        "_status",
        "future",
    )

    def __init__(self, name: str, limit: int, future: asyncio.Future[SubgraphResponse]) -> None:
        self.future = future
        self._name = name
        self._limit = limit
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._encoding: bytes | None = None
        self._chunks: list[bytes] = []
        self._size = 0

    def head(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Keep status and headers; a declared length above the limit ends it before the body."""
        self._status = status
        self._headers = headers
        for name, value in headers:
            if name == b"content-length":
                if int(value) > self._limit:
                    raise too_large(self._name, self._limit)
            elif name == b"content-encoding":
                # Repeated headers are one list; more than one coding is refused by `decode`.
                self._encoding = value if self._encoding is None else self._encoding + b"," + value

    def data(self, chunk: bytes) -> None:
        """Keep a piece of the body."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise too_large(self._name, self._limit)
        self._chunks.append(chunk)

    def end(self) -> None:
        """Decode the body and hand the answer over."""
        if self.future.done():
            return
        chunks = self._chunks
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        if self._encoding is not None:
            try:
                body = decode(body, self._encoding.decode("latin-1"), self._limit)
            except DecodingError as error:
                self.future.set_exception(
                    TransportError(Code.SUBREQUEST_MALFORMED_RESPONSE, f"{self._name}: {error}")
                )
                return
            except BodyTooLargeError:
                self.future.set_exception(too_large(self._name, self._limit))
                return
        self.future.set_result(SubgraphResponse(self._status, body, raw=self._headers))

    def fail(self, error: TransportError) -> None:
        """Hand the error over."""
        if not self.future.done():
            self.future.set_exception(error)


class StreamedAnswer:
    """Hands an answer's body to one consumer as it comes; implements `SubgraphStream`.

    `opened` resolves when the head has come. When more than a fixed amount waits to be consumed
    the connection stops reading, so a fast subgraph meets TCP's own back-pressure.
    """

    def __init__(self, name: str, connection: Connection, opened: asyncio.Future[None]) -> None:
        self.opened = opened
        self.status = 0
        self.headers: tuple[tuple[str, str], ...] = ()
        self._name = name
        self._connection = connection
        self._chunks: deque[bytes] = deque()
        self._buffered = 0
        self._paused = False
        self._ended = False
        self._error: TransportError | None = None
        self._wakeup: asyncio.Future[None] | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    def head(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Open the stream. Compressed bodies are refused: streams are asked for without."""
        self.status = status
        self.headers = decoded_headers(headers)
        encoding = self.header("content-encoding")
        if encoding is not None and encoding.strip().lower() not in ("", "identity"):
            raise TransportError(
                Code.SUBREQUEST_MALFORMED_RESPONSE,
                f"{self._name} compressed a stream although it was asked not to",
            )
        if not self.opened.done():
            self.opened.set_result(None)

    def data(self, chunk: bytes) -> None:
        """Queue a piece of the body."""
        self._chunks.append(chunk)
        self._buffered += len(chunk)
        if self._buffered > _PAUSE_ABOVE and not self._paused:
            self._paused = True
            self._connection.pause_reading()
        self._wake()

    def end(self) -> None:
        """The body is complete; the connection may serve another request already."""
        self._ended = True
        if self._paused:
            self._paused = False
            self._connection.resume_reading()
        self._wake()

    def fail(self, error: TransportError) -> None:
        """The answer broke off."""
        self._ended = True
        self._error = error
        if not self.opened.done():
            self.opened.set_exception(error)
        self._wake()

    def detach(self) -> None:
        """The consumer has left: an unfinished answer's connection is of no more use."""
        if not self._ended:
            self._ended = True
            self._connection.abandon()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                self._buffered -= len(chunk)
                if self._paused and self._buffered < _RESUME_BELOW:
                    self._paused = False
                    self._connection.resume_reading()
                yield chunk
            if self._error is not None:
                raise self._error
            if self._ended:
                return
            self._wakeup = asyncio.get_running_loop().create_future()
            await self._wakeup

    def _wake(self) -> None:
        if self._wakeup is not None and not self._wakeup.done():
            self._wakeup.set_result(None)
