"""Time limits of requests: `asyncio.timeout` for many tasks with one timer between them.

A request's time is also up when its client has gone away, unless something still needs it to go on:
a mutation that was sent, or others who wait for one of its fetches.
"""

from __future__ import annotations

import asyncio
from typing import Any

from gateway.deadlines import Deadlines


class TimeLimit:
    """What is left to one task. It is cancelled at `deadline`, and `expired` then says why.

    `abandoned` says that nobody was there to wait for it (see `gateway.transport.port.Holdable`).
    """

    __slots__ = ("_gone", "_holds", "_task", "abandoned", "deadline", "expired")

    def __init__(self, task: asyncio.Task[Any], deadline: float) -> None:
        self._task = task
        self._gone = False
        self._holds = 0
        self.deadline = deadline
        self.expired = False
        self.abandoned = False

    def expire(self) -> None:
        """The time is up."""
        if not self.expired:
            self.expired = True
            self._task.cancel()

    def caused_cancellation(self) -> bool:
        """To be asked once when the task sees `CancelledError`: true if only time was up."""
        return self.expired and self._task.uncancel() == 0

    # --- a client that went away ----------------------------------------------------------------

    def abandon(self) -> None:
        """The client is gone: the time is up as soon as nothing holds the request."""
        self._gone = True
        self._end_if_abandoned()

    def hold(self) -> None:
        """Keep the request going without its client."""
        self._holds += 1

    def release(self) -> None:
        """Undo one `hold`."""
        self._holds -= 1
        self._end_if_abandoned()

    def _end_if_abandoned(self) -> None:
        if self._gone and not self._holds and not self.expired:
            self.abandoned = True
            self.expire()


class TimeLimits:
    """The time limits of all requests of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._deadlines: Deadlines[TimeLimit] = Deadlines(loop, TimeLimit.expire)

    def start(self, task: asyncio.Task[Any], deadline: float) -> TimeLimit:
        """Limit a task; `end` must follow."""
        limit = TimeLimit(task, deadline)
        self._deadlines.watch(limit, deadline)
        return limit

    def move(self, limit: TimeLimit, deadline: float) -> None:
        """Give a limit another deadline."""
        self._deadlines.watch(limit, deadline)

    def end(self, limit: TimeLimit) -> None:
        """The task is free again."""
        limit.hold()  # for good: what comes later must not cancel what the task does next
        self._deadlines.forget(limit)
