"""The shared store, against a real Redis."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from gateway.response_cache.redis_store import RedisStore
from gateway.response_cache.store import CacheStoreError, Entry
from tests.kit.redis_server import free_port, needs_redis, redis_server

pytestmark = needs_redis


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with redis_server() as address:
        yield address


@pytest.fixture
async def store(url: str) -> AsyncIterator[RedisStore]:
    store = RedisStore(url, timeout=2.0)
    yield store
    await Redis.from_url(url).flushall()
    await store.close()


def entry(value: bytes = b'{"a":1}', seconds: float = 60.0, *tags: str) -> Entry:
    now = time.time()
    return Entry(value, now, now + seconds, now + seconds, now + seconds, tags)


async def test_what_was_put_comes_back_the_same(store: RedisStore) -> None:
    kept = entry(b'{"name":"line\\nfeed"}\n', 60.0, "t1", "t2")
    await store.put({"k": kept})
    assert await store.get(["other", "k"]) == [None, kept]


async def test_entries_are_shared(store: RedisStore, url: str) -> None:
    await store.put({"k": entry()})
    other = RedisStore(url, timeout=2.0)
    assert (await other.get(["k"]))[0] is not None
    await other.close()


async def test_entries_and_tags_expire(store: RedisStore, url: str) -> None:
    await store.put({"k": entry(b"1", 0.05, "t")})
    redis = Redis.from_url(url)
    deadline = time.monotonic() + 5
    while await redis.dbsize() and time.monotonic() < deadline:
        pass
    assert await redis.dbsize() == 0
    assert await store.get(["k"]) == [None]
    await redis.aclose()


async def test_a_tag_lives_as_long_as_its_longest_entry(store: RedisStore) -> None:
    await store.put({"long": entry(b"1", 60.0, "t")})
    await store.put({"short": entry(b"2", 1.0, "t")})
    assert await store.invalidate(["t"]) == 2
    assert await store.get(["long", "short"]) == [None, None]


async def test_invalidation_of_many(store: RedisStore) -> None:
    await store.put({f"k{n}": entry(b"1", 60.0, "all", f"n{n % 2}") for n in range(1_200)})
    assert await store.invalidate(["n0"]) == 600
    assert await store.invalidate(["all"]) == 600


async def test_somebody_elses_value_is_a_miss(store: RedisStore, url: str) -> None:
    redis = Redis.from_url(url)
    for number, value in enumerate([b"", b"\xff", b"[1]\nx", b"{}\n1", b'["a",2,3,4,[]]\n1']):
        await redis.set(f"c2c:e:{number}", value)
    assert await store.get([str(number) for number in range(5)]) == [None] * 5
    await redis.aclose()


async def test_without_redis_everything_is_a_miss_and_invalidation_says_so() -> None:
    failures: list[str] = []
    now = [1_000.0]
    store = RedisStore(
        f"redis://:secret@127.0.0.1:{free_port()}/0", failed=failures.append, clock=lambda: now[0]
    )
    assert await store.get(["k"]) == [None]
    await store.put({"k": entry()})
    assert await store.get(["k"]) == [None]
    assert failures == ["ConnectionError"]  # it was left alone after the first failure
    now[0] += 2
    with pytest.raises(CacheStoreError) as error:
        await store.invalidate(["t"])
    assert "secret" not in str(error.value)
    await store.close()


async def test_it_recovers_when_redis_does() -> None:
    port = free_port()
    now = [time.time()]
    store = RedisStore(f"redis://127.0.0.1:{port}/0", timeout=2.0, clock=lambda: now[0])
    assert await store.get(["k"]) == [None]
    now[0] += 2
    with redis_server(port):
        await store.put({"k": entry()})
        assert (await store.get(["k"]))[0] is not None
    await store.close()
