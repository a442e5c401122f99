"""Where the facts of an answer came from: reported once an entity, when a request asks for it.

The header `x-c2c-lineage: 1` asks. The answer's `extensions.lineage` is then a list of

    {"type", "id", "system", "externalId", "version", "modifiedAt", "fetchedAt"}

sorted by type and id. Only records that passed the caller's scope are reported: a lineage entry
would otherwise tell that a hidden record exists.
"""

from __future__ import annotations

from typing import Any, Protocol

from subgraphs.systems_of_record.records.common import Source

LINEAGE_HEADER = "x-c2c-lineage"


class Sourced(Protocol):
    """A record of a system of record: it knows where it came from."""

    @property
    def id(self) -> str: ...

    @property
    def source(self) -> Source: ...


class Lineage:
    """Collects the sources that one request has read; does nothing unless `wanted`."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self._seen: dict[tuple[str, str, str], Source] = {}

    def note(self, record: Sourced) -> None:
        """Remember a record that goes into the answer."""
        if self.wanted:
            source = record.source
            key = (type(record).__name__, record.id, source.system.value)
            self._seen.setdefault(key, source)

    def report(self) -> list[dict[str, Any]]:
        """The entries for the answer's extensions."""
        return [
            {
                "type": kind,
                "id": identity,
                "system": system,
                "externalId": source.external_id,
                "version": source.version,
                "modifiedAt": source.modified_at.isoformat(),
                "fetchedAt": source.fetched_at.isoformat(),
            }
            for (kind, identity, system), source in sorted(self._seen.items())
        ]
