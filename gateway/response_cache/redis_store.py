"""A store in Redis, shared by all workers and machines.

An entry is a string with an expiry; a tag is a sorted set of entry keys by their expiry. When Redis
is slow or down that costs hits, never an answer: a failed look-up is a miss, and after a failure
the store is left alone for a moment instead of delaying every request by its time limit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.response_cache.store import CacheStoreError, Entry

_PAUSE_SECONDS = 1.0
_BATCH = 500


class RedisStore:
    """Entries under `<namespace>:e:<key>`, tags under `<namespace>:t:<tag>`.

    `url` is `redis://` or `rediss://`; `timeout` bounds every call, in seconds. `failed` is told of
    failures, by the name of the exception's class only: its text may hold the address.
    """

    def __init__(
        self,
        url: str,
        namespace: str = "c2c",
        timeout: float = 0.1,
        failed: Callable[[str], None] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=timeout, socket_connect_timeout=timeout
        )
        self._namespace = namespace
        self._failed = failed
        self._clock = clock
        self._paused_until = 0.0

    async def get(self, keys: Sequence[str]) -> list[Entry | None]:
        """The entries of these keys, in one call."""
        if not keys or self._paused():
            return [None] * len(keys)
        try:
            raw = await self._redis.mget([self._entry(key) for key in keys])
        except (RedisError, OSError, TimeoutError) as error:
            self._pause(error)
            return [None] * len(keys)
        now = self._clock()
        entries = [_decode(value) for value in raw]
        return [
            entry if entry is not None and entry.dead_after > now else None for entry in entries
        ]

    async def put(self, entries: Mapping[str, Entry]) -> None:
        """Keep entries and their tags, in one round trip."""
        if self._paused():
            return
        pipeline = self._redis.pipeline(transaction=False)
        now = self._clock()
        for key, entry in entries.items():
            name, lifetime = self._entry(key), int((entry.dead_after - now) * 1000)
            if lifetime <= 0:
                continue
            pipeline.set(name, _encode(entry), px=lifetime)
            for tag in entry.tags:
                held = self._tag(tag)
                pipeline.zadd(held, {name: entry.dead_after})
                # Members that have expired are dropped as the set is written to.
                pipeline.zremrangebyscore(held, "-inf", now)
                pipeline.pexpire(held, lifetime, gt=True)
                pipeline.pexpire(held, lifetime, nx=True)
        try:
            await pipeline.execute()
        except (RedisError, OSError, TimeoutError) as error:
            self._pause(error)

    async def invalidate(self, tags: Sequence[str]) -> int:
        """Drop every entry that has one of these tags.

        Raises:
            CacheStoreError: Redis did not confirm it.
        """
        dropped = 0
        try:
            for tag in tags:
                held = self._tag(tag)
                while members := await self._redis.zrange(held, 0, _BATCH - 1):
                    dropped += await self._redis.unlink(*members)
                    await self._redis.zrem(held, *members)
        except (RedisError, OSError, TimeoutError) as error:
            self._pause(error)
            raise CacheStoreError(f"Redis did not confirm it ({type(error).__name__})") from None
        return dropped

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    def _entry(self, key: str) -> str:
        return f"{self._namespace}:e:{key}"

    def _tag(self, tag: str) -> str:
        return f"{self._namespace}:t:{tag}"

    def _paused(self) -> bool:
        return self._clock() < self._paused_until

    def _pause(self, error: Exception) -> None:
        self._paused_until = self._clock() + _PAUSE_SECONDS
        if self._failed is not None:
            self._failed(type(error).__name__)


def _encode(entry: Entry) -> bytes:
    head = [
        entry.stored,
        entry.fresh_until,
        entry.revalidate_until,
        entry.error_until,
        list(entry.tags),
        entry.lineage,
    ]
    return orjson.dumps(head) + b"\n" + entry.value


def _decode(raw: Any) -> Entry | None:
    """An entry, or `None` for whatever else somebody wrote under the key."""
    if not isinstance(raw, bytes):
        return None
    head, _, value = raw.partition(b"\n")
    try:
        stored, fresh, revalidate, error, tags, lineage = orjson.loads(head)
        times = (float(stored), float(fresh), float(revalidate), float(error))
        return Entry(value, *times, tuple(tags), str(lineage))
    except (ValueError, TypeError):
        return None
