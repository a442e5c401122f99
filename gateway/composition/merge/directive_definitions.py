"""Definitions of executable directives: kept only where every subgraph has them."""

from __future__ import annotations

from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode
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
    locations = [definition.location for _, definition in having]
    if missing:
        merge.report.hint(
            HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE,
            f"The directive @{name} is left out of the supergraph, as it is not defined in "
            f"{in_subgraphs(missing)}.",
            *locations,
        )
        return None
    sets = [EXECUTABLE_PLACES.intersection(definition.places) for _, definition in having]
    common = frozenset.intersection(*(frozenset(places) for places in sets))
    if not common:
        merge.report.hint(
            HintCode.NO_EXECUTABLE_DIRECTIVE_INTERSECTION,
            f"The directive @{name} is left out of the supergraph, as no location is common to "
            "all of its definitions.",
            *locations,
        )
        return None
    if any(places != common for places in sets):
        merge.report.hint(
            HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS,
            f"The directive @{name} is defined for different locations; the supergraph has "
            f"{' | '.join(sorted(common))}.",
            *locations,
        )
    repeatable = {definition.repeatable for _, definition in having}
    if len(repeatable) > 1:
        merge.report.hint(
            HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE,
            f"The directive @{name} is repeatable in some subgraphs only, so it is not in the "
            "supergraph.",
            *locations,
        )
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
