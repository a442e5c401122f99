"""EXTERNAL_ON_INTERFACE: an interface resolves nothing, so it borrows nothing."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.EXTERNAL_ON_INTERFACE,
    meaning="`@external` is applied to a field of an interface.",
    why="An interface resolves nothing, so none of its fields can come from elsewhere.",
    mend="Apply it to the fields of the implementations.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every external field of an interface."""
    for coordinate, applied in subgraph.on_interface_fields("external"):
        yield error(
            RULE,
            f'The interface field "{coordinate}" is marked @external in '
            f'subgraph "{subgraph.name}".',
            applied.location,
        )
