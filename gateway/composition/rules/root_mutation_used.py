"""ROOT_MUTATION_USED: `Mutation` is the mutation root."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.root_names import name_taken
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.ROOT_MUTATION_USED,
    meaning="A type that is not the mutation root is called `Mutation`.",
    why="The supergraph calls its mutation root `Mutation`, and no other type can have that name.",
    mend="Rename the type, or make it the mutation root.",
)


def check(
    roots: Mapping[str, str], places: Mapping[str, Location | None], subgraph: str
) -> CompositionError | None:
    """Another type with the name `Mutation`, where the mutation root has another name."""
    return name_taken(RULE, "mutation", roots, places, subgraph)
