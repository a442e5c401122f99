"""What subgraphs report of the origin of their records, kept and told with each entity.

The reports (`extensions.lineage`, see `gateway/lineage.py`) name places in a whole answer; kept
with an entity they name places below it, and get the entity's place, state and age when it serves
again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.execute import wire_json

EXTENSION = "lineage"
Record = Mapping[str, Any]


def records_of(answer: Mapping[str, Any]) -> list[Record]:
    """The records that an answer reports, none if it reports nothing usable."""
    extensions = answer.get("extensions")
    reported = extensions.get(EXTENSION) if isinstance(extensions, dict) else None
    return [r for r in reported or () if isinstance(r, dict) and isinstance(r.get("paths"), list)]


def below(records: Iterable[Record], prefix: Sequence[str | int]) -> str:
    """The part of the records that stands below a place, as kept; empty if there is none."""
    length, start = len(prefix), list(prefix)
    kept = []
    for record in records:
        paths = [p[length:] for p in record["paths"] if isinstance(p, list) and p[:length] == start]
        if paths:
            kept.append({**record, "paths": paths})
    return wire_json.encode(kept).decode() if kept else ""


def placed(
    lineage: str, prefix: Sequence[str | int], state: str, age: float
) -> list[dict[str, Any]]:
    """Kept records at the place where their entity stands now."""
    if not lineage:
        return []
    return [
        {
            **record,
            "paths": [[*prefix, *path] for path in record["paths"]],
            "state": state,
            "age": round(age, 1),
        }
        for record in wire_json.decode(lineage.encode())
    ]
