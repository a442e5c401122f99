"""Time as the shaping wrappers see it, so that tests can pass it by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """A monotonic clock in seconds, on the same scale as request deadlines."""

    @property
    def now(self) -> Callable[[], float]: ...

    async def sleep(self, seconds: float) -> None: ...


class LoopClock:
    """An event loop's clock. `now` is the loop's own method, because every request asks often."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.now = loop.time

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
