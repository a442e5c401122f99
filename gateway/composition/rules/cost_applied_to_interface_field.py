"""COST_APPLIED_TO_INTERFACE_FIELD: the cost is that of whoever resolves the field."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.COST_APPLIED_TO_INTERFACE_FIELD,
    meaning="`@cost` is applied to a field of an interface.",
    why="The cost is that of the implementation that resolves the field.",
    mend="Apply it to the fields of the implementations.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every interface field with a cost."""
    for coordinate, applied in subgraph.on_interface_fields("cost"):
        yield error(
            RULE,
            f'@cost cannot be applied to the interface field "{coordinate}" '
            f'of subgraph "{subgraph.name}".',
            applied.location,
        )
