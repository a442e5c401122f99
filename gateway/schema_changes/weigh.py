"""Weighs changes against real usage: what nobody asks for may go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from gateway.schema_changes.change import Change, Severity, UsedBy, by_severity
from gateway.usage.records import UsageRecord


def weigh(changes: Iterable[Change], records: Iterable[UsageRecord], days: int) -> list[Change]:
    """Turn breaking changes of unused coordinates into safe ones, and name the users of the rest.

    `records` are those of the last `days` days. A change of an argument or of a new requirement
    counts as used when the field it belongs to is.
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
    counter = users.get(_decisive(change))
    if not counter:
        verdict = f"Nobody used {_decisive(change)} in the last {days} days."
        return replace(change, severity=Severity.SAFE, verdict=verdict)
    used_by = tuple(
        UsedBy(operation, client, count)
        for (operation, client), count in sorted(counter.items(), key=lambda e: (-e[1], e[0]))
    )
    clients = len({use.client for use in used_by})
    verdict = f"Used by {len(used_by)} operations of {clients} clients in the last {days} days."
    return replace(change, used_by=used_by, verdict=verdict)


def _decisive(change: Change) -> str:
    """The coordinate whose use decides.

    Nobody can have used an argument that is only now required: there its field decides. The same
    holds for an input field that is added: its type decides. A value added to an enum or a union
    concerns whoever reads the type.
    """
    place = change.coordinate
    if change.code == "FIELD_ARGUMENT_ADDED":
        return place.partition("(")[0]
    if change.code in {"INPUT_FIELD_ADDED", "ENUM_VALUE_ADDED"}:
        return place.partition(".")[0]
    if change.code == "ENUM_VALUE_REMOVED":
        # Reading a value leaves no trace in an operation: whoever reads the type may meet it.
        return place.partition(".")[0]
    return place
