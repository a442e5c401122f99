"""A subgraph's answer put together from kept and fetched parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.execute import wire_json
from gateway.response_cache.origins import EXTENSION as ORIGINS
from gateway.response_cache.origins import placed
from gateway.transport.port import SubgraphResponse, TransportError

EXTENSION = "c2cCache"
STALE = "stale"
_JSON = (("content-type", "application/json"),)


@dataclass(slots=True)
class PartState:
    """One `_entities` alias: the representations asked for and what is known of each.

    `values[i]` is the JSON text of entity i, `None` while it is missing. `states[i]` is `live`,
    `cached` or `stale`, and `ages[i]` its age in seconds.
    """

    representations: Sequence[Any]
    values: list[bytes | None] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    lineages: list[str] = field(default_factory=list)

    def missing(self) -> list[int]:
        """Which entities have to be fetched."""
        return [index for index, value in enumerate(self.values) if value is None]


def entities_response(
    parts: Mapping[str, PartState],
    errors: Sequence[Mapping[str, Any]] = (),
    extensions: Mapping[str, Any] | None = None,
    headers: tuple[tuple[str, str], ...] = _JSON,
    lacking: SubgraphResponse | TransportError | None = None,
) -> SubgraphResponse:
    """An answer to the whole request, as the subgraph itself would have given it.

    `lacking` is what came instead of the entities that are still missing, if that request failed.
    """
    data = b",".join(
        wire_json.encode(alias)
        + b":["
        + b",".join(value if value is not None else b"null" for value in part.values)
        + b"]"
        for alias, part in parts.items()
    )
    pieces = [b'{"data":{', data, b"}"]
    if errors:
        pieces += (b',"errors":', wire_json.encode(list(errors)))
    report = _report(parts)
    together = {**(extensions or {}), EXTENSION: report} if report else dict(extensions or {})
    origins = [record for alias, part in parts.items() for record in _origins(alias, part)]
    if origins:
        together[ORIGINS] = [*together.get(ORIGINS, ()), *origins]
    if together:
        pieces += (b',"extensions":', wire_json.encode(dict(together)))
    pieces.append(b"}")
    return SubgraphResponse(200, b"".join(pieces), headers, lacking=lacking)


def whole_response(value: bytes, state: str, age: float, lineage: str = "") -> SubgraphResponse:
    """An answer to a root query from its kept `data`; it says so if it is stale."""
    extensions: dict[str, Any] = {}
    if state == STALE:
        extensions[EXTENSION] = [{"index": 0, "age": round(age, 1)}]
    if origins := placed(lineage, (), state, age):
        extensions[ORIGINS] = origins
    if not extensions:
        return SubgraphResponse(200, b'{"data":' + value + b"}", _JSON)
    report = wire_json.encode(extensions)
    return SubgraphResponse(200, b'{"data":' + value + b',"extensions":' + report + b"}", _JSON)


def _origins(alias: str, part: PartState) -> list[dict[str, Any]]:
    """The origins of the entities that were not fetched for this answer."""
    return [
        record
        for index, lineage in enumerate(part.lineages)
        if lineage and part.states[index] != "live"
        for record in placed(lineage, (alias, index), part.states[index], part.ages[index])
    ]


def _report(parts: Mapping[str, PartState]) -> list[dict[str, Any]]:
    """The stale entities with their age, by their index among all that were asked for."""
    ages = [
        (state, age)
        for part in parts.values()
        for state, age in zip(part.states, part.ages, strict=True)
    ]
    return [
        {"index": index, "age": round(age, 1)}
        for index, (state, age) in enumerate(ages)
        if state == STALE
    ]


def remapped(error: Mapping[str, Any], original: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """An error of the reduced request with the index of the whole one in its path."""
    path = error.get("path")
    if isinstance(path, list) and len(path) >= 2 and path[0] in original:
        indexes = original[path[0]]
        if isinstance(path[1], int) and 0 <= path[1] < len(indexes):
            return {**error, "path": [path[0], indexes[path[1]], *path[2:]]}
    return dict(error)
