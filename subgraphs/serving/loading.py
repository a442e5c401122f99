"""Batching of reads by key, per request: many resolvers, one call to the system of record.

A `Loaders` lives as long as its request. Each loader is named by the port's own method, which
takes many keys and asks the system a bounded number of times, whatever the number of keys.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from aiodataloader import DataLoader

T = TypeVar("T")
Fetch = Callable[[Sequence[str]], Awaitable[Mapping[str, T]]]

MAX_KEY_LENGTH = 200


class Loaders:
    """The loaders of one request, made when they are first asked for."""

    def __init__(self) -> None:
        self._made: dict[Any, DataLoader[str, Any]] = {}

    async def one(self, fetch: Fetch[T], key: str | None) -> T | None:
        """The value behind a key, or None: read together with the other keys of this tick."""
        if not key or len(key) > MAX_KEY_LENGTH:
            # No system has such an id: asking would only make an absurd query.
            return None
        value: T | None = await self._loader(fetch).load(key)
        return value

    async def many(self, fetch: Fetch[tuple[T, ...]], key: str) -> tuple[T, ...]:
        """The values that belong to a key; empty where there are none."""
        return await self.one(fetch, key) or ()

    def prime(self, fetch: Fetch[T], key: str, value: T) -> None:
        """Keep what a list has already read, so that a look-up by key costs nothing."""
        self._loader(fetch).prime(key, value)

    def _loader(self, fetch: Fetch[Any]) -> DataLoader[str, Any]:
        # Bound methods compare equal by object and function, which names the port's method.
        held = self._made.get(fetch)
        if held is None:
            held = self._made[fetch] = DataLoader(_batched(fetch))
        return held


def _batched(fetch: Fetch[Any]) -> Callable[[list[str]], Any]:
    async def load(keys: list[str]) -> list[Any]:
        found = await fetch(keys)
        return [found.get(key) for key in keys]

    return load
