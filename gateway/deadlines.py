"""Many deadlines with one timer.

Nearly everything ends long before its deadline, so a timer for each would be set and cancelled for
nothing. One timer is armed for the earliest deadline seen; when it fires it expires what is due
and is armed again for the earliest that is left. Deadlines are kept exactly all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

_NEVER = float("inf")


class Watched(Protocol):
    """Something with a deadline: a point of the event loop's clock, in seconds."""

    deadline: float


T = TypeVar("T", bound=Watched)


class Deadlines(Generic[T]):
    """Calls `expire` for each watched object whose deadline has come."""

    __slots__ = ("_armed_for", "_expire", "_loop", "_timer", "_watched")

    def __init__(self, loop: asyncio.AbstractEventLoop, expire: Callable[[T], None]) -> None:
        self._loop = loop
        self._expire = expire
        self._watched: set[T] = set()
        self._armed_for = _NEVER
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, watched: T, deadline: float) -> None:
        """Expire this at that loop time unless `forget` comes first; may be called again."""
        watched.deadline = deadline
        self._watched.add(watched)
        if deadline < self._armed_for:
            self._arm(deadline)

    def forget(self, watched: T) -> None:
        """Its deadline does not matter any more."""
        self._watched.discard(watched)

    def close(self) -> None:
        """Drop the timer and everything watched."""
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
        for watched in [each for each in self._watched if each.deadline <= due]:
            self._watched.discard(watched)
            self._expire(watched)
        if self._watched:
            self._arm(min(each.deadline for each in self._watched))
