"""PROVIDES_FIELDS_MISSING_EXTERNAL: nobody provides what is there anyway."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import not_external
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.PROVIDES_FIELDS_MISSING_EXTERNAL,
    meaning="A `@provides` selects a field that this subgraph can always resolve.",
    why=(
        "`@provides` tells what is available at this field only; what is always available "
        "need not be provided."
    ),
    mend="Mark the field `@external`, or remove it from the selection.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every provides that selects a leaf which neither is external nor lies below one."""
    return not_external(RULE, Role.PROVIDES, subgraph, facts)
