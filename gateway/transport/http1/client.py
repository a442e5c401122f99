"""`Transport` over HTTP/1.1."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from gateway.deadlines import Deadlines
from gateway.errors import Code
from gateway.transport.http1.answers import StreamedAnswer, WholeAnswer
from gateway.transport.http1.connection import Connection, StaleConnectionError
from gateway.transport.http1.pool import Pool
from gateway.transport.http1.wire import (
    Endpoint,
    InvalidHeaderError,
    InvalidUrlError,
    endpoint,
    header_block,
    request_bytes,
)
from gateway.transport.port import (
    SubgraphRequest,
    SubgraphResponse,
    SubgraphStream,
    TransportError,
)
from gateway.transport.settings import TransportSettings
from gateway.transport.tls import client_context

_Pools = dict[tuple[str, int, bool], Pool]

_STREAM_HEADERS = (("accept", "text/event-stream, multipart/mixed;q=0.9, application/json;q=0.8"),)


class Http1Transport:
    """The gateway's own client. It belongs to the event loop in which it is first used.

    Raises `OSError` or `ssl.SSLError` when built with unusable TLS files.
    """

    def __init__(self, settings: TransportSettings) -> None:
        self._settings = settings
        self._loop: asyncio.AbstractEventLoop | None = None
        self._deadlines: Deadlines[Connection] | None = None
        self._pools: _Pools = {}
        self._routes: dict[str, tuple[Endpoint, Pool]] = {}
        # Streams live long, so they have connections of their own and cannot starve requests.
        self._streams = replace(settings, max_connections=settings.max_streams, max_waiting=0)
        self._stream_pools: _Pools = {}
        self._tls = client_context(settings.tls)
        self._closed = False

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Send a request and return its whole answer; see `Transport`."""
        loop = self._bind()
        now = loop.time()
        deadline = now + self._settings.timeout
        if request.deadline is not None and request.deadline < deadline:
            deadline = request.deadline
        if deadline <= now:
            raise TransportError(Code.GATEWAY_TIMEOUT, "no time was left", sent=False)
        place, pool = self._route(request)
        data = request_bytes(
            place.prefix,
            _checked_block(request.headers, compression=self._settings.compression),
            request.body,
        )

        connection = pool.take_idle(now, repeatable=request.idempotent)
        if connection is None:
            connection = await pool.acquire(deadline, repeatable=request.idempotent)
        try:
            return await self._exchange(loop, connection, pool, data, deadline)
        except StaleConnectionError:
            if not request.idempotent:
                raise
        # The retry takes a new connection where one may be opened; a second stale one is final.
        connection = await pool.acquire(deadline, repeatable=True)
        return await self._exchange(loop, connection, pool, data, deadline)

    @asynccontextmanager
    async def stream(self, request: SubgraphRequest) -> AsyncIterator[SubgraphStream]:
        """Send a request and give its answer piece by piece; see `StreamingTransport`."""
        loop = self._bind()
        deadline = loop.time() + self._settings.timeout
        if request.deadline is not None:
            deadline = min(deadline, request.deadline)
        place = self._place(request)
        pool = self._pool(self._stream_pools, self._streams, place)
        headers = request.headers
        if not any(name == "accept" for name, _ in headers):
            headers += _STREAM_HEADERS
        data = request_bytes(place.prefix, _checked_block(headers, compression=False), request.body)

        connection = await pool.acquire(deadline, repeatable=False)
        answer = StreamedAnswer(pool.name, connection, loop.create_future())
        self._watch(connection, deadline)
        connection.start(data, answer)
        try:
            await answer.opened
            self._forget(connection)
            yield answer
        finally:
            self._forget(connection)
            answer.detach()

    async def close(self) -> None:
        """Close every connection; requests under way fail and later ones are refused."""
        self._closed = True
        for pool in [*self._pools.values(), *self._stream_pools.values()]:
            await pool.close()
        if self._deadlines is not None:
            self._deadlines.close()

    # ------------------------------------------------------------------------------------------

    async def _exchange(
        self,
        loop: asyncio.AbstractEventLoop,
        connection: Connection,
        pool: Pool,
        data: bytes,
        deadline: float,
    ) -> SubgraphResponse:
        future: asyncio.Future[SubgraphResponse] = loop.create_future()
        self._watch(connection, deadline)
        connection.start(data, WholeAnswer(pool.name, self._settings.max_response_bytes, future))
        try:
            return await future
        except asyncio.CancelledError:
            # Nobody wants the answer; reading it to its end could take longer than reconnecting.
            if not future.done() or future.cancelled():
                connection.abandon()
            raise

    def _bind(self) -> asyncio.AbstractEventLoop:
        # Not asked for again: it costs a system call on some versions of Python.
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
            self._deadlines = Deadlines(loop, _expire)
        if self._closed:
            raise TransportError(Code.SUBREQUEST_HTTP_ERROR, "the transport is closed", sent=False)
        return loop

    def _watch(self, connection: Connection, deadline: float) -> None:
        if self._deadlines is not None:
            self._deadlines.watch(connection, deadline)

    def _forget(self, connection: Connection) -> None:
        if self._deadlines is not None:
            self._deadlines.forget(connection)

    def _route(self, request: SubgraphRequest) -> tuple[Endpoint, Pool]:
        found = self._routes.get(request.url)
        if found is None:
            place = self._place(request)
            pool = self._pool(self._pools, self._settings, place)
            found = self._routes[request.url] = (place, pool)
        return found

    def _place(self, request: SubgraphRequest) -> Endpoint:
        try:
            return endpoint(request.url)
        except InvalidUrlError as error:
            raise TransportError(
                Code.SUBREQUEST_HTTP_ERROR,
                f"the URL of subgraph {request.subgraph!r} cannot be used: {error}",
                sent=False,
            ) from error

    def _pool(self, pools: _Pools, settings: TransportSettings, place: Endpoint) -> Pool:
        """Subgraphs at one origin share connections."""
        key = (place.host, place.port, place.secure)
        pool = pools.get(key)
        if pool is None:
            assert self._loop is not None and self._deadlines is not None  # noqa: S101
            context = self._tls if place.secure else None
            pool = pools[key] = Pool(self._loop, place, settings, context, self._deadlines)
        return pool


def _checked_block(headers: tuple[tuple[str, str], ...], *, compression: bool) -> bytes:
    try:
        return header_block(headers, compression=compression)
    except InvalidHeaderError as error:
        raise TransportError(Code.BAD_REQUEST, str(error), sent=False) from error


def _expire(connection: Connection) -> None:
    connection.fail(
        TransportError(Code.GATEWAY_TIMEOUT, f"{connection.name} did not answer in time")
    )
