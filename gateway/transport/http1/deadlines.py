"""Deadlines of many exchanges with one timer.

Nearly every exchange ends long before its deadline, so a timer for each would be set and cancelled
for nothing. One timer is armed for the earliest deadline seen; when it fires it expires what is
due and is armed again for the earliest that is left. Deadlines are kept exactly all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.transport.http1.connection import Connection

_NEVER = float("inf")


class Deadlines:
    """Watches connections whose `deadline` is set; `expire` is called for each one that is due."""

    __slots__ = ("_armed_for", "_expire", "_loop", "_timer", "_watched")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, expire: Callable[[Connection], None]
    ) -> None:
        self._loop = loop
        self._expire = expire
        self._watched: set[Connection] = set()
        self._armed_for = _NEVER
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, connection: Connection, deadline: float) -> None:
        """Expire this connection at that loop time unless `forget` comes first."""
        connection.deadline = deadline
        self._watched.add(connection)
        if deadline < self._armed_for:
            self._arm(deadline)

    def forget(self, connection: Connection) -> None:
        """The exchange is over."""
        self._watched.discard(connection)

    def close(self) -> None:
        """Drop the timer."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._armed_for = _NEVER
        self._watched.clear()

    def _arm(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._armed_for = when
        self._timer = self._loop.call_at(when, self._fire)

    def _fire(self) -> None:
        self._timer = None
        # Timers may fire early by the clock's resolution.
        due = max(self._loop.time(), self._armed_for)
        self._armed_for = _NEVER
        for connection in [c for c in self._watched if c.deadline <= due]:
            self._watched.discard(connection)
            self._expire(connection)
        if self._watched:
            self._arm(min(connection.deadline for connection in self._watched))
