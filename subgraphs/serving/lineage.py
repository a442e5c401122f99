"""Where the facts of an answer came from, reported when a request asks for it.

The header `x-c2c-lineage: 1` asks. The answer's `extensions.lineage` then has one entry for each
record that the answer shows, with every place of the answer where it stands:

    {"type", "system", "externalId", "version", "modifiedAt", "fetchedAt", "paths": [[...], ...]}

Records are found where they are resolved: whatever resolver returns a `SourceRecord`, its place is
noted. What the caller may not see is never resolved, so it is never reported. Requests that do not
ask run on a schema without this extension and pay nothing for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from graphql import GraphQLResolveInfo
from strawberry.extensions import SchemaExtension

from subgraphs.serving.values import RecordSource, SourceRecord

LINEAGE_HEADER = "x-c2c-lineage"
MAX_PATHS = 100_000

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Lineage:
    """What one request's answer was made of."""

    _sources: dict[tuple[str, str, str], tuple[str, RecordSource]] = field(default_factory=dict)
    _paths: dict[tuple[str, str, str], list[Path]] = field(default_factory=dict)
    _count: int = 0

    def note(self, record: SourceRecord, path: Path) -> None:
        """Remember a record and where in the answer it stands."""
        if self._count >= MAX_PATHS:
            return
        self._count += 1
        source = record.source
        key = (source.system.value, source.external_id, source.version)
        self._sources.setdefault(key, (type(record).__name__, source))
        self._paths.setdefault(key, []).append(path)

    def report(self) -> list[dict[str, Any]]:
        """The entries for the answer's extensions, by type and external id."""
        entries = [
            {
                "type": kind,
                "system": source.system.value,
                "externalId": source.external_id,
                "version": source.version,
                "modifiedAt": source.modified_at.isoformat(),
                "fetchedAt": source.fetched_at.isoformat(),
                "paths": [list(path) for path in self._paths[key]],
            }
            for key, (kind, source) in self._sources.items()
        ]
        return sorted(entries, key=lambda entry: (entry["type"], entry["externalId"]))


class LineageExtension(SchemaExtension):
    """Notes every source record that a resolver returns."""

    def resolve(
        self,
        _next: Callable[..., Any],
        root: Any,
        info: GraphQLResolveInfo[Any],
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Resolve a field and look at what came."""
        value = _next(root, info, *args, **kwargs)
        lineage, path = info.context.lineage, tuple(info.path.as_list())
        return _noted(lineage, path, value)


def _noted(lineage: Lineage, path: Path, value: Any) -> Any:
    if isinstance(value, SourceRecord):
        lineage.note(value, path)
    elif isinstance(value, list | tuple):
        return [_noted(lineage, (*path, index), item) for index, item in enumerate(value)]
    elif isawaitable(value):
        return _noted_later(lineage, path, value)
    return value


async def _noted_later(lineage: Lineage, path: Path, value: Awaitable[Any]) -> Any:
    return _noted(lineage, path, await value)
