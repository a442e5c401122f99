"""A store in this process, bounded by the bytes it holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from cachetools import LRUCache

from gateway.response_cache.store import Entry

_OVERHEAD = 400


class MemoryStore:
    """Least recently used entries go first when `max_bytes` is reached."""

    def __init__(self, max_bytes: int, clock: Callable[[], float] = time.time) -> None:
        self._entries: _Entries = _Entries(max_bytes, self._forget)
        self._by_tag: dict[str, set[str]] = {}
        self._clock = clock

    async def get(self, keys: Sequence[str]) -> list[Entry | None]:
        """The entries of these keys that are not dead."""
        now = self._clock()
        found: list[Entry | None] = []
        for key in keys:
            entry = self._entries.get(key)
            if entry is not None and entry.dead_after <= now:
                del self._entries[key]
                self._forget(key, entry)
                entry = None
            found.append(entry)
        return found

    async def put(self, entries: Mapping[str, Entry]) -> None:
        """Keep entries; one larger than the whole store is not kept."""
        for key, entry in entries.items():
            if _size(entry) > self._entries.maxsize:
                continue
            held = self._entries.pop(key, None)
            if held is not None:
                self._forget(key, held)
            self._entries[key] = entry
            for tag in entry.tags:
                self._by_tag.setdefault(tag, set()).add(key)

    async def invalidate(self, tags: Sequence[str]) -> int:
        """Drop every entry that has one of these tags."""
        keys = {key for tag in tags for key in self._by_tag.get(tag, ())}
        for key in keys:
            self._forget(key, self._entries.pop(key))
        return len(keys)

    async def close(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._by_tag.clear()

    @property
    def bytes(self) -> int:
        """What is held now, by the store's own reckoning."""
        return int(self._entries.currsize)

    def _forget(self, key: str, entry: Entry) -> None:
        for tag in entry.tags:
            keys = self._by_tag.get(tag)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._by_tag[tag]


class _Entries(LRUCache[str, Entry]):
    """Tells of what it evicts, so that tags do not outlive their entries."""

    def __init__(self, max_bytes: int, evicted: Callable[[str, Entry], None]) -> None:
        super().__init__(max_bytes, getsizeof=_size)
        self._evicted = evicted

    def popitem(self) -> tuple[str, Entry]:
        key, entry = super().popitem()
        self._evicted(key, entry)
        return key, entry


def _size(entry: Entry) -> int:
    return _OVERHEAD + len(entry.value) + len(entry.lineage) + sum(len(tag) for tag in entry.tags)
