"""REQUIRES_FIELDS_MISSING_EXTERNAL: nobody asks others for what is their own."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import not_external
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.REQUIRES_FIELDS_MISSING_EXTERNAL,
    meaning="A `@requires` selects a field that this subgraph resolves itself.",
    why=(
        "`@requires` asks the gateway for data of other subgraphs; what this one resolves "
        "it has itself."
    ),
    mend="Mark the field `@external`, or remove it from the selection.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every requires that selects a leaf which neither is external nor lies below one."""
    return not_external(RULE, Role.REQUIRES, subgraph, facts)
