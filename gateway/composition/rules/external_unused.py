"""EXTERNAL_UNUSED: a borrowed field that nothing needs is a mistake, or left over."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.EXTERNAL_UNUSED,
    meaning="A field is marked `@external`, but nothing in the subgraph refers to it.",
    why=(
        "An external field is declared to be referred to; without a reference it is a "
        "mistake or left over."
    ),
    mend="Remove the field, or the `@external`, or use it in a key, requires or provides.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every external field that no directive uses and no interface demands."""
    for owner, name in sorted(facts.external - facts.used - facts.in_interface):
        field = subgraph.field((owner, name))
        if field is not None:
            yield error(
                RULE,
                f'The field "{owner}.{name}" is @external in subgraph "{subgraph.name}", but no '
                "@key, @requires, @provides or interface there uses it.",
                field.location,
            )
