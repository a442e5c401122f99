"""EXTENSION_WITH_NO_BASE: what everybody extends, nobody defines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import ROOT_NAMES, find

RULE = Rule(
    Code.EXTENSION_WITH_NO_BASE,
    meaning="A type is extended, but no subgraph defines it.",
    why="An extension adds to what somebody else defines, and nobody does.",
    mend="Define the type in one subgraph, or drop the `extend`.",
    standing=Standing.UNLESS_DECLARED,
)

_ROOTS = frozenset(ROOT_NAMES.values())


def check(subgraph: Subgraph, others: Sequence[Subgraph]) -> Iterator[CompositionError]:
    """Every type that a subgraph only extends and that no other subgraph defines.

    A Federation 2 schema need not say which of its types are extensions, so one that has the type
    in any way defines it for the extensions of Federation 1 schemas.
    """
    for name, definition in subgraph.types.items():
        if definition.defined or name in _ROOTS:
            continue
        if not subgraph.federation1 and find(definition.directives, "extends"):
            continue  # There, `@extends` only keeps a habit.
        if any(_defines(subgraph, other, name) for other in others):
            continue
        yield error(
            RULE,
            f'Subgraph "{subgraph.name}" extends the type "{name}", which no subgraph defines.',
            *definition.locations,
        )


def _defines(subgraph: Subgraph, other: Subgraph, name: str) -> bool:
    definition = other.types.get(name)
    if definition is None or other is subgraph:
        return False
    return definition.defined or (subgraph.federation1 and not other.federation1)
