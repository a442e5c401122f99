"""PROVIDES_FIELDS_HAS_ARGS: what is provided has one value."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import with_arguments
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.PROVIDES_FIELDS_HAS_ARGS,
    meaning="A `@provides` selects a field that takes arguments.",
    why="The provided value would only be that of some arguments, not of those that a query gives.",
    mend="Provide fields without arguments only.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every provides that selects a field with arguments."""
    return with_arguments(RULE, Role.PROVIDES, subgraph, facts)
