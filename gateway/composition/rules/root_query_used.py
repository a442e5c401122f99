"""ROOT_QUERY_USED: `Query` is the query root."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.root_names import name_taken
from gateway.supergraph.definitions import Location

RULE = Rule(
    Code.ROOT_QUERY_USED,
    meaning="A type that is not the query root is called `Query`.",
    why="The supergraph calls its query root `Query`, and no other type can have that name.",
    mend="Rename the type, or make it the query root.",
)


def check(
    roots: Mapping[str, str], places: Mapping[str, Location | None], subgraph: str
) -> CompositionError | None:
    """Another type with the name `Query`, where the query root has another name."""
    return name_taken(RULE, "query", roots, places, subgraph)
