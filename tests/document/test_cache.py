"""The cache computes once, stays within its bound, and knows what is used most."""

from __future__ import annotations

import asyncio

import pytest

from gateway.document.cache import SingleFlightCache


async def test_one_computation_serves_all_who_wait() -> None:
    cache: SingleFlightCache[str, int] = SingleFlightCache(10)
    go_on = asyncio.Event()
    computed = 0

    async def compute() -> int:
        nonlocal computed
        computed += 1
        await go_on.wait()
        return 7

    waiting = [asyncio.create_task(cache.compute("a", compute)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # whoever started it may leave; the others still get it
    go_on.set()
    assert await asyncio.gather(*waiting[1:]) == [7] * 4
    assert (computed, cache.get("a")) == (1, 7)
    assert (cache.statistics.hits, cache.statistics.misses) == (1, 1)


async def test_a_failure_reaches_all_and_is_not_remembered() -> None:
    cache: SingleFlightCache[str, int] = SingleFlightCache(10)

    async def fail() -> int:
        await asyncio.sleep(0)
        raise ValueError("no")

    async def succeed() -> int:
        return 1

    outcomes = await asyncio.gather(
        cache.compute("a", fail), cache.compute("a", fail), return_exceptions=True
    )
    assert all(isinstance(outcome, ValueError) for outcome in outcomes)
    assert await cache.compute("a", succeed) == 1


def test_the_least_recently_used_leaves_first() -> None:
    cache: SingleFlightCache[str, str] = SingleFlightCache(3)
    for key in "abc":
        cache.put(key, key)
    assert cache.get("a") == "a"
    cache.put("d", "d")
    assert [cache.get(key) for key in "abcd"] == ["a", None, "c", "d"]
    assert cache.statistics.evictions == 1


def test_sizes_are_bounded_and_what_is_too_large_is_not_held() -> None:
    cache: SingleFlightCache[str, str] = SingleFlightCache(10, lambda _key, value: len(value))
    cache.put("large", "x" * 11)
    assert cache.get("large") is None
    cache.put("a", "x" * 6)
    cache.put("b", "y" * 6)
    assert (cache.get("a"), cache.get("b")) == (None, "y" * 6)
    cache.put("b", "z")
    cache.put("c", "x" * 9)
    assert (cache.get("b"), len(cache)) == ("z", 2)


def test_what_is_used_most_comes_first_and_what_was_used_once_not_at_all() -> None:
    cache: SingleFlightCache[str, int] = SingleFlightCache(10)
    for key in "abcd":
        cache.put(key, 1)
    for key in "bbbddc":
        cache.get(key)
    assert cache.most_used() == ["b", "d", "c"]


@pytest.mark.parametrize("count", [1, 1000])
async def test_a_bounded_cache_stays_small_under_distinct_keys(count: int) -> None:
    cache: SingleFlightCache[int, int] = SingleFlightCache(5)

    async def compute() -> int:
        return 1

    for key in range(count):
        await cache.compute(key, compute)
    assert len(cache) == min(count, 5)
