"""Weighs changes against real usage: what nobody asks for may go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from gateway.schema_changes.change import Change, Severity, UsedBy, by_severity
from gateway.usage.records import UsageRecord


def weigh(changes: Iterable[Change], records: Iterable[UsageRecord], days: int) -> list[Change]:
    """Turn breaking changes of unused coordinates into safe ones, and name the users of the rest.

    `records` are those of the last `days` days. Which coordinates count for a change is its
    `felt_by`, or else its own coordinate.
    """
    users: dict[str, Counter[tuple[str, str]]] = {}
    for record in records:
        for coordinate in record.coordinates:
            counter = users.setdefault(coordinate, Counter())
            counter[(record.operation, record.client)] += record.count
    return sorted((_weighed(change, users, days) for change in changes), key=by_severity)


def _weighed(change: Change, users: dict[str, Counter[tuple[str, str]]], days: int) -> Change:
    if change.severity is Severity.SAFE:
        return change
    places = change.felt_by or (change.coordinate,)
    counter: Counter[tuple[str, str]] = Counter()
    for place in places:
        counter |= users.get(place, Counter())  # One execution may use several of them.
    if not counter:
        verdict = f"Nobody used {' or '.join(places)} in the last {days} days."
        return replace(change, severity=Severity.SAFE, verdict=verdict)
    used_by = tuple(
        UsedBy(operation, client, count)
        for (operation, client), count in sorted(counter.items(), key=lambda e: (-e[1], e[0]))
    )
    clients = len({use.client for use in used_by})
    who = f"{_count(len(used_by), 'operation')} of {_count(clients, 'client')}"
    verdict = f"Used by {who} in the last {days} days."
    return replace(change, used_by=used_by, verdict=verdict)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
