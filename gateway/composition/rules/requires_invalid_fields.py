"""REQUIRES_INVALID_FIELDS: only what is declared can be required."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import not_there
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.REQUIRES_INVALID_FIELDS,
    meaning=(
        "The selection of a `@requires` does not parse, or selects something that does not exist."
    ),
    why="The gateway hands the required fields to the subgraph, so it has to declare them.",
    mend="Declare the required fields in this subgraph, marked `@external`, and select those.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every requires that does not parse, or does not fit the types of its subgraph."""
    return not_there(RULE, Role.REQUIRES, subgraph, facts)
