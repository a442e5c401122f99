"""The usage file: one JSON object a line, appended by the gateway, read by `c2c schema check`.

A line stands for `count` executions of one operation by one client within one period:

    {"operation": "Engagement", "client": "portal", "clientVersion": "4.1", "count": 12,
     "first": "2026-11-01T08:00:00+00:00", "last": "2026-11-01T08:59:58+00:00",
     "coordinates": ["Query.engagement", "Query.engagement(id:)", ...]}

A log of operations is read as well: lines that carry a `query` (and optionally `operationName`,
`client` and `timestamp`) instead of `coordinates`. Lines that are neither are counted, not fatal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError, GraphQLSchema, parse

from gateway.usage.coordinates import coordinates_of


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """`count` executions of an operation by a client, last seen at `last` (UTC)."""

    operation: str
    client: str
    count: int
    last: datetime
    coordinates: frozenset[str]
    client_version: str = ""
    first: datetime | None = None

    def to_line(self) -> str:
        """The record as a line of the usage file, without its line feed."""
        return json.dumps(
            {
                "operation": self.operation,
                "client": self.client,
                "clientVersion": self.client_version,
                "count": self.count,
                "first": (self.first or self.last).isoformat(),
                "last": self.last.isoformat(),
                "coordinates": sorted(self.coordinates),
            },
            separators=(",", ":"),
        )


@dataclass(slots=True)
class UsageReading:
    """What a usage file said, and how many of its lines could not be used."""

    records: list[UsageRecord]
    unusable: int = 0


def read_usage(lines: Iterable[str], schema: GraphQLSchema) -> UsageReading:
    """Read a usage file or a log of operations; `schema` is what the operations were sent to."""
    reading = UsageReading([])
    for line in lines:
        if not line.strip():
            continue
        record = _record(line, schema)
        if record is None:
            reading.unusable += 1
        else:
            reading.records.append(record)
    return reading


def _record(line: str, schema: GraphQLSchema) -> UsageRecord | None:
    try:
        raw = json.loads(line)
        coordinates = _coordinates(raw, schema)
        last = _time(raw.get("last") or raw.get("timestamp"))
        return UsageRecord(
            operation=str(raw.get("operation") or raw.get("operationName") or "(anonymous)"),
            client=str(raw.get("client") or "(unknown)"),
            client_version=str(raw.get("clientVersion") or ""),
            count=int(raw.get("count", 1)),
            last=last,
            first=_time(raw.get("first")) if raw.get("first") else None,
            coordinates=coordinates,
        )
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, GraphQLError):
        return None


def _coordinates(raw: dict[str, Any], schema: GraphQLSchema) -> frozenset[str]:
    if "coordinates" in raw:
        return frozenset(str(coordinate) for coordinate in raw["coordinates"])
    return coordinates_of(parse(raw["query"], no_location=True), schema)


def _time(value: Any) -> datetime:
    """A time without a zone is UTC; a line without a time counts as seen just now."""
    if value is None:
        return datetime.now(UTC)
    time = datetime.fromisoformat(str(value))
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def since(records: Iterable[UsageRecord], start: datetime) -> Iterator[UsageRecord]:
    """The records seen at or after `start`."""
    return (record for record in records if record.last >= start)
