"""Requests for entities, and their answers put together from what is kept and what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.execute import wire_json
from gateway.response_cache.analysis import EntityPart
from gateway.response_cache.origins import EXTENSION as ORIGINS
from gateway.response_cache.origins import records_of
from gateway.response_cache.rebuild import PartState, entities_response, remapped
from gateway.response_cache.store import Entry
from gateway.transport.port import SubgraphResponse, TransportError


@dataclass(frozen=True, slots=True)
class Entities:
    """A request for entities, taken apart."""

    body: Mapping[str, Any]
    variables: Mapping[str, Any]
    parts: tuple[EntityPart, ...]

    def of(self, part: EntityPart) -> list[Any]:
        """The representations that a part asks for."""
        found: list[Any] = self.variables[part.representations]
        return found

    def well_formed(self) -> bool:
        """Whether every part's variable is a list of objects."""
        return all(
            isinstance(given := self.variables.get(part.representations), list)
            and all(isinstance(item, dict) for item in given)
            for part in self.parts
        )

    def reduced(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """The request's payload with only some of the representations."""
        variables = dict(self.variables)
        for part in self.parts:
            given = self.of(part)
            variables[part.representations] = [given[index] for index in wanted[part.alias]]
        return {**self.body, "variables": variables}

    def together(self, missing: Mapping[str, list[int]]) -> dict[str, list[int]]:
        """What to fetch: parts that share a variable all get what any of them lacks."""
        by_variable: dict[str, set[int]] = {}
        for part in self.parts:
            by_variable.setdefault(part.representations, set()).update(missing[part.alias])
        return {part.alias: sorted(by_variable[part.representations]) for part in self.parts}

    def complete(self, answer: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
        """Whether the answer has as many entities as were asked for."""
        data = answer.get("data")
        return isinstance(data, dict) and all(
            isinstance(found := data.get(part.alias), list)
            and len(found) == len(wanted[part.alias])
            for part in self.parts
        )


def fill(representations: list[Any], kept: list[Entry | None], now: float) -> PartState:
    """What is known of a part without asking."""
    part = PartState(representations)
    for entry in kept:
        usable = entry is not None and max(entry.fresh_until, entry.revalidate_until) > now
        part.values.append(entry.value if entry is not None and usable else None)
        fresh = entry is not None and entry.fresh_until > now
        part.states.append("cached" if fresh else "stale" if usable else "live")
        part.ages.append(now - entry.stored if entry is not None and usable else 0.0)
        part.lineages.append(entry.lineage if entry is not None and usable else "")
    return part


def rescue(
    states: Mapping[str, PartState], kept: Mapping[str, list[Entry | None]], now: float
) -> int:
    """Fill in entries that may serve when the subgraph fails; returns how many there were."""
    rescued = 0
    for alias, state in states.items():
        for index in state.missing():
            entry = kept[alias][index]
            if entry is None or entry.error_until <= now:
                continue
            state.values[index] = entry.value
            state.states[index] = "stale"
            state.ages[index] = now - entry.stored
            state.lineages[index] = entry.lineage
            rescued += 1
    return rescued


def partial(
    states: Mapping[str, PartState],
    missing: Mapping[str, list[int]],
    rest: SubgraphResponse | TransportError,
) -> SubgraphResponse | None:
    """The answer from what is known when the request for the rest, `missing`, failed.

    The errors of a GraphQL response are those of the missing entities; anything else that came is
    carried along. `None` if nothing is known.
    """
    lacked = sum(len(state.missing()) for state in states.values())
    if lacked == sum(len(state.values) for state in states.values()):
        return None
    if not lacked:
        return entities_response(states)
    errors = _errors(rest)
    if errors:
        return entities_response(states, [remapped(error, missing) for error in errors])
    return entities_response(states, lacking=rest)


def _errors(rest: SubgraphResponse | TransportError) -> list[dict[str, Any]]:
    """The errors of a GraphQL response; none if it is not one."""
    if isinstance(rest, TransportError):
        return []
    errors = (graphql_response(rest) or {}).get("errors")
    if not isinstance(errors, list):
        return []
    return [error for error in errors if isinstance(error, dict)]


def completed(
    states: Mapping[str, PartState],
    missing: Mapping[str, list[int]],
    answer: Mapping[str, Any],
    response: SubgraphResponse,
) -> SubgraphResponse:
    for alias, indexes in missing.items():
        for position, index in enumerate(indexes):
            states[alias].values[index] = wire_json.encode(answer["data"][alias][position])
    errors = [remapped(error, missing) for error in answer.get("errors") or ()]
    extensions = answer.get("extensions")
    given = dict(extensions) if isinstance(extensions, dict) else None
    if given is not None and ORIGINS in given:
        given[ORIGINS] = [
            {**record, "paths": [remapped({"path": p}, missing)["path"] for p in record["paths"]]}
            for record in records_of(answer)
        ]
    return entities_response(states, errors, given, response.headers)


def faulty_entities(errors: Any) -> set[tuple[str, int]] | None:
    """Which entities have errors; `None` when an error belongs to no entity: keep nothing then."""
    faulty: set[tuple[str, int]] = set()
    for error in errors or ():
        path = error.get("path") if isinstance(error, dict) else None
        if not (isinstance(path, list) and len(path) >= 2 and isinstance(path[1], int)):
            return None
        faulty.add((path[0], path[1]))
    return faulty


def graphql_response(response: SubgraphResponse) -> dict[str, Any] | None:
    """The JSON object in a response; `None` if there is none."""
    try:
        answer = wire_json.decode_exact(response.body)
    except wire_json.MalformedJSONError:
        return None
    return answer if isinstance(answer, dict) else None
