"""Time limits of requests: `asyncio.timeout` for many tasks with one timer between them."""

from __future__ import annotations

import asyncio
from typing import Any

from gateway.deadlines import Deadlines


class TimeLimit:
    """What is left to one task. It is cancelled at `deadline`, and `expired` then says why."""

    __slots__ = ("_task", "deadline", "expired")

    def __init__(self, task: asyncio.Task[Any], deadline: float) -> None:
        self._task = task
        self.deadline = deadline
        self.expired = False

    def expire(self) -> None:
        """The time is up."""
        self.expired = True
        self._task.cancel()

    def caused_cancellation(self) -> bool:
        """To be asked once when the task sees `CancelledError`: true if only time was up."""
        return self.expired and self._task.uncancel() == 0


class TimeLimits:
    """The time limits of all requests. For one event loop, taken from the first request."""

    def __init__(self) -> None:
        self._deadlines: Deadlines[TimeLimit] | None = None

    def start(self, deadline: float) -> TimeLimit:
        """Limit the current task; `end` must follow."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("time limits are for tasks")
        limit = TimeLimit(task, deadline)
        self._watch(limit, deadline, task.get_loop())
        return limit

    def move(self, limit: TimeLimit, deadline: float) -> None:
        """Give a limit another deadline."""
        self._watch(limit, deadline, asyncio.get_running_loop())

    def end(self, limit: TimeLimit) -> None:
        """The task is free again."""
        if self._deadlines is not None:
            self._deadlines.forget(limit)

    def _watch(self, limit: TimeLimit, deadline: float, loop: asyncio.AbstractEventLoop) -> None:
        if self._deadlines is None:
            self._deadlines = Deadlines(loop, TimeLimit.expire)
        self._deadlines.watch(limit, deadline)
