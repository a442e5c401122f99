"""Change feeds of all systems, from the rows that they answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from subgraphs.systems_of_record.codec import parse_instant
from subgraphs.systems_of_record.errors import Refused
from subgraphs.systems_of_record.records.common import ChangeEvent, ChangePage, System


def start_of(system: System, cursor: str | None) -> str:
    """The system's own position in a cursor of ours. Raises Refused on anything else."""
    if cursor is None:
        return "0"
    owner, _, position = cursor.partition(":")
    if owner != system.value.lower() or not position.isdecimal() or len(position) > 15:
        raise Refused(system, "changes", "the cursor is not valid", "INVALID_CURSOR")
    return position


def change_page(
    system: System, rows: Sequence[Mapping[str, Any]], start: str, limit: int
) -> ChangePage:
    """A page of the feed. Systems repeat and reorder events, so the cursor is the highest id."""
    events = tuple(
        ChangeEvent(
            id=f"{system.value.lower()}-{row['id']}",
            system=system,
            type=row["type"],
            subject=row["subject"],
            contract_id=row["contract"],
            version=row["version"],
            occurred_at=parse_instant(row["time"]),
        )
        for row in rows
    )
    highest = max((int(row["id"]) for row in rows), default=int(start))
    cursor = f"{system.value.lower()}:{highest}"
    return ChangePage(events, cursor, has_more=len(rows) >= limit)
