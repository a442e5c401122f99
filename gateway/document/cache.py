"""Bounded caches whose values are computed once, however many requests ask at the same time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class CacheStatistics:
    """Counts since the cache was made."""

    hits: int = 0
    misses: int = 0
    evictions: int = 0


@dataclass(slots=True)
class _Entry(Generic[V]):
    value: V
    hits: int = 0


class SingleFlightCache(Generic[K, V]):
    """A least-recently-used cache bounded by total size.

    A value is computed by at most one task at a time; the others wait for it. A failed computation
    fails all who wait, and is not remembered. The computation goes on when the request that
    started it is cancelled, because others may be waiting. `report` is told of each look-up: `hit`,
    or `miss` when a value has to be computed. For one event loop.
    """

    def __init__(
        self,
        capacity: int,
        size_of: Callable[[K, V], int] | None = None,
        report: Callable[[str], None] | None = None,
    ) -> None:
        self._capacity = capacity
        self._report = report
        self._size_of = size_of
        self._size = 0
        self._held: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._running: dict[K, asyncio.Task[V]] = {}
        self.statistics = CacheStatistics()

    def get(self, key: K) -> V | None:
        """The value if it is there, marked as just used. The hot path: no await, no exception."""
        entry = self._held.get(key)
        if entry is None:
            return None
        self.statistics.hits += 1
        entry.hits += 1
        if self._report is not None:
            self._report("hit")
        self._held.move_to_end(key)
        return entry.value

    async def compute(self, key: K, computation: Callable[[], Awaitable[V]]) -> V:
        """The value of a key that `get` did not find."""
        running = self._running.get(key)
        if running is None:
            self.statistics.misses += 1
            if self._report is not None:
                self._report("miss")
            running = asyncio.ensure_future(self._fill(key, computation))
            self._running[key] = running
            running.add_done_callback(lambda task: self._finished(key, task))
        return await asyncio.shield(running)

    async def _fill(self, key: K, computation: Callable[[], Awaitable[V]]) -> V:
        value = await computation()
        self.put(key, value)
        return value

    def _finished(self, key: K, task: asyncio.Task[V]) -> None:
        self._running.pop(key, None)
        if not task.cancelled():
            task.exception()  # mark as seen: all who waited may be gone

    def put(self, key: K, value: V) -> None:
        """Hold a value, dropping the least recently used ones until it fits."""
        size = self._measure(key, value)
        if size > self._capacity:
            return
        if key in self._held:
            self._size -= self._measure(key, self._held.pop(key).value)
        self._held[key] = _Entry(value)
        self._size += size
        while self._size > self._capacity:
            oldest, dropped = self._held.popitem(last=False)
            self._size -= self._measure(oldest, dropped.value)
            self.statistics.evictions += 1

    def _measure(self, key: K, value: V) -> int:
        return 1 if self._size_of is None else self._size_of(key, value)

    def most_used(self) -> list[K]:
        """Keys that were asked for again, those asked for most often first."""
        used = [(entry.hits, key) for key, entry in self._held.items() if entry.hits]
        return [key for _, key in sorted(used, key=lambda pair: pair[0], reverse=True)]

    def __len__(self) -> int:
        return len(self._held)
