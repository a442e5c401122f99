"""Definitions of executable directives: kept only where every subgraph has them."""

from __future__ import annotations

from gateway.composition.hint_rules import (
    inconsistent_executable_directive_locations,
    inconsistent_executable_directive_presence,
    inconsistent_executable_directive_repeatable,
    no_executable_directive_intersection,
)
from gateway.composition.merge.context import Merge
from gateway.composition.merge.descriptions import merge_description
from gateway.composition.merge.inputs import merge_arguments
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import EXECUTABLE_PLACES, DirectiveDef

_BUILT_IN = frozenset({"skip", "include", "deprecated", "specifiedBy", "oneOf", "defer", "stream"})


def merge_directive_definitions(merge: Merge) -> dict[str, DirectiveDef]:
    """Merge the executable directives that the subgraphs define themselves."""
    names = sorted(
        {
            name
            for subgraph in merge.subgraphs
            for name, definition in subgraph.schema.directives.items()
            if name not in _BUILT_IN and EXECUTABLE_PLACES.intersection(definition.places)
        }
    )
    result: dict[str, DirectiveDef] = {}
    for name in names:
        merged = _merge(merge, name)
        if merged is not None:
            result[name] = merged
    return result


def _merge(merge: Merge, name: str) -> DirectiveDef | None:
    having: list[tuple[Subgraph, DirectiveDef]] = []
    missing: list[str] = []
    for subgraph in merge.subgraphs:
        definition = subgraph.schema.directives.get(name)
        if definition is not None and EXECUTABLE_PLACES.intersection(definition.places):
            having.append((subgraph, definition))
        else:
            missing.append(subgraph.name)
    if missing:
        inconsistent_executable_directive_presence.report(merge, name, having, missing)
        return None
    sets = [EXECUTABLE_PLACES.intersection(definition.places) for _, definition in having]
    common = frozenset.intersection(*(frozenset(places) for places in sets))
    if not common:
        no_executable_directive_intersection.report(merge, name, having)
        return None
    if any(places != common for places in sets):
        inconsistent_executable_directive_locations.report(merge, name, having, common)
    repeatable = {definition.repeatable for _, definition in having}
    if len(repeatable) > 1:
        inconsistent_executable_directive_repeatable.report(merge, name, having)
    args = merge_arguments(merge, f"@{name}", having)
    described = [(subgraph, _Described(definition)) for subgraph, definition in having]
    return DirectiveDef(
        name,
        args,
        repeatable == {True},
        tuple(sorted(common)),
        merge_description(merge, list(described), f"The directive @{name}"),
    )


class _Described:
    """A directive definition seen as an element; it can carry no directives itself."""

    directives = ()

    def __init__(self, definition: DirectiveDef) -> None:
        self.description = definition.description
        self.location = definition.location
