"""CONTEXT_NO_RESOLVABLE_KEY: the gateway has to enter the type with the value at hand."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.contexts import context_uses
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph, keys, resolvable
from gateway.supergraph.definitions import Kind

RULE = Rule(
    Code.CONTEXT_NO_RESOLVABLE_KEY,
    meaning="A type with a `@fromContext` argument has no resolvable key.",
    why="The gateway fetches the value first, and then has to enter the type anew with it.",
    mend="Add a `@key` to the type.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every type with a contextual argument that cannot be entered."""
    for use in context_uses(subgraph):
        # What names no context has to be mended first, and says so itself.
        if use.name is None or use.owner.kind is not Kind.OBJECT:
            continue
        if not any(resolvable(key) for key in keys(use.owner)):
            yield error(
                RULE,
                f'The type "{use.owner.name}" in subgraph "{subgraph.name}" has the contextual '
                f'argument "{use.where}", but no resolvable @key.',
                use.applied.location,
                use.owner.location,
            )
