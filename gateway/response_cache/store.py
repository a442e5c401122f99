"""The port of stores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept part of an answer.

    `value` is its JSON text. Times are seconds since the epoch: `stored`, `fresh_until`, and until
    when it may serve while it is fetched again (`revalidate_until`) or when the subgraph fails
    (`error_until`). `tags` are names that invalidate it. `lineage` is what the subgraph reported of
    its origin (JSON, paths from the part on), where a request asked for it.
    """

    value: bytes
    stored: float
    fresh_until: float
    revalidate_until: float
    error_until: float
    tags: tuple[str, ...] = ()
    lineage: str = ""

    @property
    def dead_after(self) -> float:
        """From when on it is of no use."""
        return max(self.fresh_until, self.revalidate_until, self.error_until)


class CacheStore(Protocol):
    """Keeps entries. A store that fails behaves as if it were empty: it never fails a request."""

    async def get(self, keys: Sequence[str]) -> list[Entry | None]:
        """The entries of these keys, in order; `None` where there is none that is of use."""

    async def put(self, entries: Mapping[str, Entry]) -> None:
        """Keep entries."""

    async def invalidate(self, tags: Sequence[str]) -> int:
        """Drop every entry that has one of these tags; how many were dropped.

        Raises:
            CacheStoreError: it is not certain that they are gone.
        """

    async def close(self) -> None:
        """Release what the store holds open."""


class CacheStoreError(Exception):
    """The store could not do what must not be skipped. The text holds no keys and no secrets."""
