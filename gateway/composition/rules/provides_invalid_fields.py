"""PROVIDES_INVALID_FIELDS: only what is there can be provided."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import not_there
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.PROVIDES_INVALID_FIELDS,
    meaning=(
        "The selection of a `@provides` does not parse, or selects something that does not exist."
    ),
    why="The gateway asks the subgraph for what it provides, so it has to exist in its schema.",
    mend="Select existing fields of the type that the field returns.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every provides that does not parse, or does not fit the types of its subgraph."""
    return not_there(RULE, Role.PROVIDES, subgraph, facts)
