"""Batching of reads by key, per request: many resolvers, one call to the system of record.

A `Loaders` lives as long as its request. Each loader is named by the port's own method, which
takes many keys and asks the system a bounded number of times, whatever the number of keys.

Keys of one tick share a call. Where the same kind of object is reached through several lists
(people through assignments and through expenses), the lists arrive at different times; resolvers
`announce` that their list is going to name keys, and the call waits until all of them have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiodataloader import DataLoader

T = TypeVar("T")
Fetch = Callable[[Sequence[str]], Awaitable[Mapping[str, T]]]

MAX_KEY_LENGTH = 200


@dataclass(slots=True)
class _Announcement:
    """Lists under way that are going to name keys of one loader."""

    lists: int = 0
    keys: set[str] = field(default_factory=set)
    complete: asyncio.Event = field(default_factory=asyncio.Event)


class Loaders:
    """The loaders of one request, made when they are first asked for."""

    def __init__(self) -> None:
        self._made: dict[Any, DataLoader[str, Any]] = {}
        self._announced: dict[Any, _Announcement] = {}

    async def one(self, fetch: Fetch[T], key: str | None) -> T | None:
        """The value behind a key, or None: read together with the other keys of this tick."""
        if not key or len(key) > MAX_KEY_LENGTH:
            # No system has such an id: asking would only make an absurd query.
            return None
        announced = self._announced.get(fetch)
        if announced is not None:
            await announced.complete.wait()
        value: T | None = await self._loader(fetch).load(key)
        return value

    async def many(self, fetch: Fetch[tuple[T, ...]], key: str) -> tuple[T, ...]:
        """The values that belong to a key; empty where there are none."""
        return await self.one(fetch, key) or ()

    @contextmanager
    def announce(self, fetch: Fetch[Any]) -> Iterator[set[str]]:
        """Hold the call of `fetch` until this block ends and has put its keys into the set.

        A block reads the list that names the keys; it must not wait for `fetch` itself.
        """
        announced = self._announced.setdefault(fetch, _Announcement())
        announced.lists += 1
        try:
            yield announced.keys
        finally:
            announced.lists -= 1
            if announced.lists == 0:
                del self._announced[fetch]
                self._ask(fetch, announced.keys)
                announced.complete.set()

    def prime(self, fetch: Fetch[T], key: str, value: T) -> None:
        """Keep what a list has already read, so that a look-up by key costs nothing."""
        self._loader(fetch).prime(key, value)

    def _ask(self, fetch: Fetch[Any], keys: set[str]) -> None:
        for key in sorted(keys):
            # A failure belongs to who asks for the key, if anybody still does.
            self._loader(fetch).load(key).add_done_callback(_seen)

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


def _seen(value: asyncio.Future[Any]) -> None:
    if not value.cancelled():
        value.exception()
