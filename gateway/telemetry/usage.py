"""Counts which client uses which operation, and writes the usage file of `gateway/usage`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cachetools import LRUCache
from graphql import GraphQLSchema

from gateway.document.operation import Operation
from gateway.usage.coordinates import coordinates_of
from gateway.usage.records import UsageRecord

MAX_KEPT = 10_000
_KNOWN_BYTES = 8 * 1024 * 1024


class UsageCoordinates:
    """The schema coordinates of operations, worked out once for each."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._known: LRUCache[str, frozenset[str]] = LRUCache(_KNOWN_BYTES, getsizeof=_bytes)

    def of(self, operation: Operation) -> frozenset[str]:
        """What an operation uses."""
        known = self._known.get(operation.hash)
        if known is None:
            # Interned: the schema has few coordinates; every operation would bring its own copies.
            known = frozenset(map(sys.intern, coordinates_of(operation.document, self._schema)))
            if _bytes(known) <= _KNOWN_BYTES:
                self._known[operation.hash] = known
        return known


def _bytes(coordinates: frozenset[str]) -> int:
    return sys.getsizeof(coordinates) + 300


@dataclass(slots=True)
class _Count:
    coordinates: frozenset[str]
    first: datetime
    last: datetime
    count: int = 0


def _now() -> datetime:
    return datetime.now(UTC)


class UsageRecorder:
    """Aggregates in memory; `flush` appends the sums to the file and starts again.

    At most `MAX_KEPT` combinations of operation and client are kept between two flushes; further
    ones are counted together as operation `(other)`, so that a client that invents names costs
    neither memory nor disk.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = _now) -> None:
        self._path = path
        self._clock = clock
        self._counts: dict[tuple[str, str, str], _Count] = {}

    def record(
        self, operation: str, client: str, client_version: str, coordinates: frozenset[str]
    ) -> None:
        """Count one execution."""
        key = (operation, client, client_version)
        held = self._counts.get(key)
        if held is None:
            if len(self._counts) >= MAX_KEPT:
                key = ("(other)", "(other)", "")
                held = self._counts.get(key)
            if held is None:
                now = self._clock()
                held = self._counts[key] = _Count(coordinates, now, now)
        if held.coordinates is not coordinates:
            held.coordinates |= coordinates
        held.count += 1
        held.last = self._clock()

    def flush(self) -> None:
        """Append what was counted. What could not be written is kept for the next time.

        Raises `OSError` if the file cannot be written.
        """
        if not self._counts:
            return
        counts, self._counts = self._counts, {}
        lines = [
            UsageRecord(
                operation, client, held.count, held.last, held.coordinates, version, held.first
            ).to_line()
            for (operation, client, version), held in counts.items()
        ]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # One write in append mode: lines of several workers do not mix.
            with self._path.open("a", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
        except OSError:
            self._counts = {**counts, **self._counts}
            raise

    async def run(self, interval: float, failed: Callable[[OSError], None]) -> None:
        """Flush every `interval` seconds until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(interval)
                self._try(failed)
        finally:
            self._try(failed)

    def _try(self, failed: Callable[[OSError], None]) -> None:
        try:
            self.flush()
        except OSError as error:
            failed(error)
