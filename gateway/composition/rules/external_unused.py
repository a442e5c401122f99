"""EXTERNAL_UNUSED: a borrowed field that nothing needs is a mistake, or left over."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every external field that no directive uses and no interface demands."""
    for owner, name in sorted(facts.external - facts.used - facts.in_interface):
        field = subgraph.field((owner, name))
        if field is not None:
            yield error(
                Code.EXTERNAL_UNUSED,
                f'The field "{owner}.{name}" is @external in subgraph "{subgraph.name}", but no '
                "@key, @requires, @provides or interface there uses it.",
                field.location,
            )
