"""CPU time of this process for small pieces of work."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

_ROUNDS = 7


def _runs_for(once: float, seconds: float) -> int:
    return max(1, int(seconds / _ROUNDS / max(once, 1e-7)))


def cpu_of(work: Callable[[], object], seconds: float = 0.35) -> float:
    """Microseconds of CPU for one run: the best of seven rounds, because noise only adds."""
    work()
    start = time.process_time()
    work()
    runs = _runs_for(time.process_time() - start, seconds)
    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.process_time()
        for _ in range(runs):
            work()
        best = min(best, (time.process_time() - start) / runs)
    return best * 1e6


async def cpu_of_async(work: Callable[[], Awaitable[object]], seconds: float = 0.35) -> float:
    """The same for a coroutine function."""
    await work()
    start = time.process_time()
    await work()
    runs = _runs_for(time.process_time() - start, seconds)
    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.process_time()
        for _ in range(runs):
            await work()
        best = min(best, (time.process_time() - start) / runs)
    return best * 1e6
