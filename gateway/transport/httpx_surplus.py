"""httpx without a gap of its connection pool: bytes after an answer never become the next answer.

httpcore keeps what came behind an HTTP/1.1 answer in its parser and takes it for the answer to the
next request on that connection, whoever sent it. Such a connection is closed here instead.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx


class SurplusRefusingTransport(httpx.AsyncHTTPTransport):
    """`httpx.AsyncHTTPTransport` whose connections are reused only after a clean exchange."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; see `httpx.AsyncBaseTransport`."""
        response = await super().handle_async_request(request)
        parser = _parser_of(response.stream)
        if parser is not None:
            assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - for mypy
            response.stream = _Checked(response.stream, parser)
        return response


class _Checked(httpx.AsyncByteStream):
    """A body; when it is closed, its connection is judged before the pool may give it away."""

    def __init__(self, stream: httpx.AsyncByteStream, parser: Any) -> None:
        self._stream = stream
        self._parser = parser

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        surplus, _ = self._parser.trailing_data
        if surplus:
            self._parser.send_failed()  # a connection in this state is closed and not kept
        await self._stream.aclose()


def _parser_of(stream: Any) -> Any:
    """The HTTP/1.1 parser (`h11.Connection`) of a response's connection; `None` for HTTP/2.

    Neither httpx nor httpcore offers it, so it is looked up along their attributes.
    """
    for name in ("_httpcore_stream", "_stream", "_connection", "_h11_state"):
        stream = getattr(stream, name, None)
    return stream
