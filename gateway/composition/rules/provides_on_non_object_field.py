"""PROVIDES_ON_NON_OBJECT_FIELD: only what has fields can provide some of them."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.selection_soundness import on_leaf
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.PROVIDES_ON_NON_OBJECT_FIELD,
    meaning="`@provides` is applied to a field whose type has no fields.",
    why="Only fields of an object, interface or union can be provided.",
    mend="Remove the `@provides`.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every provides on a field of scalar or enum type."""
    for selection in facts.selections:
        if selection.role is not Role.PROVIDES:
            continue
        if (selection.owner.name, selection.field) in facts.external:
            continue  # It cannot provide anything for that reason already.
        if on_leaf(subgraph, selection):
            yield error(
                RULE,
                f'{selection.where} in subgraph "{subgraph.name}": the field is of type '
                f'"{selection.target}", which has no fields to provide.',
                selection.location,
            )
