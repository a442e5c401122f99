"""Where each fact of an answer came from, when the client asks for it.

The header `x-c2c-lineage: 1`, or the request extension `lineage: true`, asks. The subgraphs are
asked in the same way; each reports its records once, with the places in its own answer. Here those
places become the client's, aliases and all, and `extensions.lineage` is a list of

    {"path", "subgraph", "type", "system", "externalId", "version", "modifiedAt", "fetchedAt",
     "state", "age"}

in the order of the paths. `state` is `live`, `cached` or `stale`, and `age` the copy's age in
seconds. A field's origin is the entry of the nearest object above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.exchange import LINEAGE_HEADER, GraphQLRequest, RequestContext
from gateway.execute.port import SubgraphExtensions

EXTENSION = "lineage"
MAX_ENTRIES = 50_000
_REPORTED = ("type", "system", "externalId", "version", "modifiedAt", "fetchedAt")


def is_wanted(request: GraphQLRequest, context: RequestContext) -> bool:
    """Whether the client asked for lineage."""
    return context.headers.get(LINEAGE_HEADER) == "1" or request.extensions.get(EXTENSION) is True


def assemble(collected: Iterable[SubgraphExtensions]) -> list[dict[str, Any]]:
    """The entries of all subgraphs, by the client's paths. What is malformed is left out."""
    entries: list[dict[str, Any]] = []
    for each in collected:
        reported = each.extensions.get(EXTENSION)
        for record in reported if isinstance(reported, list) else ():
            if isinstance(record, dict):
                entries += _entries(each, record)
    entries.sort(key=lambda entry: [(isinstance(s, str), s) for s in entry["path"]])
    return entries[:MAX_ENTRIES]


def _entries(source: SubgraphExtensions, record: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    paths = record.get("paths")
    facts = {name: record[name] for name in _REPORTED if isinstance(record.get(name), str)}
    for path in paths if isinstance(paths, list) else ():
        if not isinstance(path, list) or not all(isinstance(step, str | int) for step in path):
            continue
        for place in source.locate(path):
            yield {
                "path": list(place),
                "subgraph": source.fetch.subgraph,
                **facts,
                "state": record.get("state", "live"),
                "age": record.get("age", 0.0),
            }
