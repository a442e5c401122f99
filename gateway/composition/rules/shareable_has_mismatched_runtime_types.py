"""SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES: what a shared abstract field returns in each subgraph.

Judged where the search for unanswerable queries meets the field: only ways to one and the same
object matter.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, Hint, error, in_subgraphs
from gateway.composition.hint_rules import inconsistent_runtime_types_for_shareable_return
from gateway.composition.subgraph import Coordinate
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES,
    meaning="A shared field can return different object types in different subgraphs.",
    why="The gateway takes the field from any of them, so all have to return the same object.",
    mend="Let the subgraphs have at least one possible object type in common.",
)


def judge(
    coordinate: Coordinate,
    returned: str,
    runtimes: Mapping[str, frozenset[str]],
    places: tuple[Location, ...],
) -> CompositionError | Hint | None:
    """Compare the object types that a field can return, given by subgraph name.

    No type in common is an error, different types a hint, equal types are as they should be.
    """
    if len(set(runtimes.values())) < 2:
        return None
    groups: dict[str, list[str]] = {}
    for name, types in sorted(runtimes.items()):
        groups.setdefault(", ".join(sorted(types)) or "nothing", []).append(name)
    variants = [f'"{types}" in {in_subgraphs(names)}' for types, names in groups.items()]
    message = (
        f'The shared field "{coordinate[0]}.{coordinate[1]}" returns "{returned}", whose possible '
        f"object types are {', '.join(variants[:-1])} and {variants[-1]}"
    )
    if not frozenset.intersection(*runtimes.values()):
        return error(
            RULE,
            f"{message}; they have none in common, so the subgraphs cannot answer alike.",
            *places,
        )
    return inconsistent_runtime_types_for_shareable_return.give(message, places)
