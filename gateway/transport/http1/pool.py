"""The connections to one origin: kept alive, bounded in number, with a bounded queue."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque

from gateway.deadlines import Deadlines
from gateway.errors import Code
from gateway.transport.http1.connection import Connection
from gateway.transport.http1.wire import Endpoint
from gateway.transport.port import TransportError
from gateway.transport.settings import TransportSettings

_MAX_IDLE_BEFORE_UNREPEATABLE = 1.0
"""A request that cannot be repeated takes only connections used this recently (seconds): one that
has idled for longer may just be closing on the other side, and nobody could tell what happened."""


class Pool:
    """Gives out connections and takes them back.

    Invariant: `_open` counts connections that exist or are being made, and never exceeds
    `max_connections`; a waiter is woken either with an idle connection or with `None`, the
    permission to open one (it then owns a unit of `_open`).
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        endpoint: Endpoint,
        settings: TransportSettings,
        tls: ssl.SSLContext | None,
        deadlines: Deadlines[Connection],
    ) -> None:
        self._loop = loop
        self._endpoint = endpoint
        self._settings = settings
        self._tls = tls
        self._deadlines = deadlines
        self._open = 0
        self._all: set[Connection] = set()
        self._idle: deque[Connection] = deque()
        self._waiters: deque[asyncio.Future[Connection | None]] = deque()
        self._reaper: asyncio.TimerHandle | None = None
        self._closed = False
        self._empty: asyncio.Future[None] | None = None
        self.name = endpoint.authority

    def take_idle(self, now: float, *, repeatable: bool) -> Connection | None:
        """Return the most recently used idle connection that may still be used, if there is one."""
        expiry = self._settings.keepalive_expiry
        if not repeatable:
            expiry = min(expiry, _MAX_IDLE_BEFORE_UNREPEATABLE)
        idle = self._idle
        while idle:
            connection = idle.pop()
            if connection.usable and now - connection.idle_since <= expiry:
                return connection
            connection.close()
        return None

    async def acquire(self, deadline: float, *, repeatable: bool) -> Connection:
        """Return a connection that nobody has: a new one if possible, or the next to become free.

        Raises `TransportError` (never sent) when the queue is full, the origin cannot be reached
        or the deadline passes.
        """
        if self._closed:
            raise _closed(self.name)
        if self._open < self._settings.max_connections:
            self._open += 1
            return await self._connect(deadline)
        idle = self.take_idle(self._loop.time(), repeatable=repeatable)
        if idle is not None:
            return idle
        if len(self._waiters) >= self._settings.max_waiting:
            raise TransportError(
                Code.DOWNSTREAM_SERVICE_ERROR,
                f"{len(self._waiters)} requests wait for a connection to {self.name} already",
                sent=False,
            )
        given = await self._wait(deadline)
        if given is None:
            return await self._connect(deadline)
        return given

    async def close(self) -> None:
        """Close every connection; requests under way or waiting fail."""
        self._closed = True
        if self._reaper is not None:
            self._reaper.cancel()
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(_closed(self.name))
        self._idle.clear()
        for connection in list(self._all):
            connection.fail(_closed(self.name))
        if self._all:
            self._empty = self._loop.create_future()
            await self._empty

    # --- connecting ---------------------------------------------------------------------------

    async def _connect(self, deadline: float) -> Connection:
        """Open a connection, for which the caller owns a unit of `_open`."""
        limit = min(deadline, self._loop.time() + self._settings.connect_timeout)
        endpoint = self._endpoint
        try:
            async with asyncio.timeout_at(limit):
                _, connection = await self._loop.create_connection(
                    self._make_connection,
                    endpoint.host,
                    endpoint.port,
                    ssl=self._tls,
                    server_hostname=endpoint.host if self._tls is not None else None,
                )
        except TimeoutError as error:
            self._give_back_unit()
            raise TransportError(
                Code.GATEWAY_TIMEOUT, f"connecting to {self.name} took too long", sent=False
            ) from error
        except (OSError, ssl.CertificateError) as error:
            self._give_back_unit()
            raise TransportError(
                Code.SUBREQUEST_HTTP_ERROR, f"cannot connect to {self.name}: {error}", sent=False
            ) from error
        except BaseException:
            self._give_back_unit()
            raise
        if connection.lost:
            self._give_back_unit()
            raise TransportError(
                Code.SUBREQUEST_HTTP_ERROR,
                f"{self.name} closed the connection at once",
                sent=False,
            )
        self._all.add(connection)  # from here on its loss gives the unit back
        if self._closed:
            connection.abort()
            raise _closed(self.name)
        return connection

    def _make_connection(self) -> Connection:
        return Connection(
            self.name, self._settings.max_header_bytes, self._became_idle, self._was_lost
        )

    # --- coming back --------------------------------------------------------------------------

    def _became_idle(self, connection: Connection) -> None:
        self._deadlines.forget(connection)
        if self._closed:
            connection.close()
            return
        waiter = self._next_waiter()
        if waiter is not None:
            waiter.set_result(connection)
            return
        connection.idle_since = self._loop.time()
        self._idle.append(connection)
        if self._reaper is None:
            self._reaper = self._loop.call_later(self._settings.keepalive_expiry, self._reap)

    def _was_lost(self, connection: Connection) -> None:
        self._deadlines.forget(connection)
        if connection not in self._all:
            return  # lost before the handshake was over: `_connect` gives the unit back
        self._all.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._give_back_unit()
        if not self._all and self._empty is not None and not self._empty.done():
            self._empty.set_result(None)

    def _give_back_unit(self) -> None:
        waiter = self._next_waiter()
        if waiter is not None:
            waiter.set_result(None)
        else:
            self._open -= 1

    def _reap(self) -> None:
        """Close connections that have idled too long; the oldest are on the left."""
        self._reaper = None
        oldest_allowed = self._loop.time() - self._settings.keepalive_expiry
        while self._idle and self._idle[0].idle_since <= oldest_allowed:
            self._idle.popleft().close()
        if self._idle:
            wait = self._idle[0].idle_since - oldest_allowed
            self._reaper = self._loop.call_later(wait, self._reap)

    # --- waiting ------------------------------------------------------------------------------

    async def _wait(self, deadline: float) -> Connection | None:
        waiter: asyncio.Future[Connection | None] = self._loop.create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout_at(deadline):
                return await waiter
        except BaseException as error:
            # What was given in the same moment goes to the next in the queue.
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                given = waiter.result()
                if given is None:
                    self._give_back_unit()
                elif given.usable:
                    self._became_idle(given)
            elif waiter in self._waiters:
                self._waiters.remove(waiter)
            if isinstance(error, TimeoutError):
                raise TransportError(
                    Code.GATEWAY_TIMEOUT,
                    f"no connection to {self.name} became free in time",
                    sent=False,
                ) from error
            raise

    def _next_waiter(self) -> asyncio.Future[Connection | None] | None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                return waiter
        return None


def _closed(name: str) -> TransportError:
    return TransportError(
        Code.SUBREQUEST_HTTP_ERROR, f"the transport to {name} is closed", sent=False
    )
