"""PROVIDES_INVALID_FIELDS_TYPE: what a field provides is written as a string."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import not_text
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.PROVIDES_INVALID_FIELDS_TYPE,
    meaning="The `fields` argument of `@provides` is not a string.",
    why="A selection is text in the syntax of GraphQL; other values have no meaning there.",
    mend='Write the selection as a string, for example `@provides(fields: "name")`.',
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every provides whose `fields` is no string."""
    return not_text(RULE, Role.PROVIDES, subgraph, facts)
