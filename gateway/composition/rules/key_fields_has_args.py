"""KEY_FIELDS_HAS_ARGS: a key has one value."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import with_arguments
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.KEY_FIELDS_HAS_ARGS,
    meaning="A `@key` selects a field that takes arguments.",
    why="A key has one value for each entity; a field with arguments has many.",
    mend="Use a field without arguments as key: a key has to mean the same everywhere.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every key that selects a field with arguments."""
    return with_arguments(RULE, Role.KEY, subgraph, facts)
