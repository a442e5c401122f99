"""Reads by key: what shares a call, and what waits for whom."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from subgraphs.serving.loading import MAX_KEY_LENGTH, Loaders


class People:
    """A port's method that keeps the keys of each of its calls."""

    def __init__(self, failing: bool = False) -> None:
        self.calls: list[list[str]] = []
        self._failing = failing

    async def read(self, keys: Sequence[str]) -> dict[str, str]:
        self.calls.append(sorted(keys))
        if self._failing:
            raise ConnectionError
        return {key: key.upper() for key in keys}


class Lists:
    """Two lists that name people, each answered when the test says so."""

    def __init__(self, loaders: Loaders, people: People) -> None:
        self._loaders = loaders
        self._people = people
        self.answered = {"first": asyncio.Event(), "second": asyncio.Event()}

    async def people_of(self, name: str, *keys: str) -> list[str | None]:
        with self._loaders.announce(self._people.read) as named:
            await self.answered[name].wait()
            named.update(keys)
        # Resolvers below ask later than the list was read, some ticks apart.
        await asyncio.sleep(0)
        return [await self._loaders.one(self._people.read, key) for key in keys]


async def test_keys_of_one_tick_share_a_call() -> None:
    people, loaders = People(), Loaders()
    found = await asyncio.gather(*(loaders.one(people.read, key) for key in "abca"))
    assert found == ["A", "B", "C", "A"]
    assert people.calls == [["a", "b", "c"]]


@pytest.mark.parametrize("order", [("first", "second"), ("second", "first")])
async def test_announced_lists_share_a_call_whatever_their_order(order: tuple[str, str]) -> None:
    people, loaders = People(), Loaders()
    lists = Lists(loaders, people)
    first = asyncio.ensure_future(lists.people_of("first", "a", "b"))
    second = asyncio.ensure_future(lists.people_of("second", "b", "c"))
    await asyncio.sleep(0)
    lists.answered[order[0]].set()
    for _ in range(20):
        await asyncio.sleep(0)
    assert people.calls == []
    lists.answered[order[1]].set()
    assert await first == ["A", "B"]
    assert await second == ["B", "C"]
    assert people.calls == [["a", "b", "c"]]


async def test_who_announced_nothing_waits_for_those_who_did() -> None:
    people, loaders = People(), Loaders()
    lists = Lists(loaders, people)
    listed = asyncio.ensure_future(lists.people_of("first", "a"))
    await asyncio.sleep(0)
    other = asyncio.ensure_future(loaders.one(people.read, "z"))
    lists.answered["first"].set()
    assert (await listed, await other) == (["A"], "Z")
    assert people.calls == [["a", "z"]]


async def test_a_list_that_fails_holds_nobody_up() -> None:
    people, loaders = People(), Loaders()
    with pytest.raises(TimeoutError), loaders.announce(people.read):
        raise TimeoutError
    assert await loaders.one(people.read, "a") == "A"


async def test_a_failed_call_reaches_all_who_asked() -> None:
    people, loaders = People(failing=True), Loaders()
    lists = Lists(loaders, people)
    listed = asyncio.ensure_future(lists.people_of("first", "a"))
    lists.answered["first"].set()
    with pytest.raises(ConnectionError):
        await listed


@pytest.mark.parametrize("key", [None, "", "x" * (MAX_KEY_LENGTH + 1)])
async def test_a_key_that_no_system_has_is_not_asked_for(key: str | None) -> None:
    people, loaders = People(), Loaders()
    assert await loaders.one(people.read, key) is None
    assert people.calls == []
