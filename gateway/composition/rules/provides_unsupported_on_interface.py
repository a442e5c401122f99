"""PROVIDES_UNSUPPORTED_ON_INTERFACE: an interface provides nothing."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import on_interface
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.PROVIDES_UNSUPPORTED_ON_INTERFACE,
    meaning="`@provides` is applied to a field of an interface.",
    why="An interface resolves nothing: which data comes along is decided by each implementation.",
    mend="Apply it to the fields of the implementations.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every provides on an interface that may not have it."""
    return on_interface(RULE, Role.PROVIDES, subgraph, facts)
