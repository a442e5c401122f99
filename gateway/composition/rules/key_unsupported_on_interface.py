"""KEY_UNSUPPORTED_ON_INTERFACE: interfaces have keys since federation 2.3."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError
from gateway.composition.ownership import Ownership
from gateway.composition.selection_checks import on_interface
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.KEY_UNSUPPORTED_ON_INTERFACE,
    meaning="`@key` on an interface needs federation 2.3.",
    why="Before federation 2.3 entities were fetched by their object type alone.",
    mend="Link federation v2.3 or later, or put the key on the implementations.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every key on an interface that may not have it."""
    return on_interface(RULE, Role.KEY, subgraph, facts)
