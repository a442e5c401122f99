"""NO_CONTEXT_IN_SELECTION: a contextual argument has to say where from, and what."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.contexts import context_uses
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.NO_CONTEXT_IN_SELECTION,
    meaning="A `@fromContext` names no context.",
    why="Without a context it is unknown where the value comes from.",
    mend='Write it as `@fromContext(field: "$name { selection }")`.',
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every contextual argument without a context or without a selection."""
    for use in context_uses(subgraph):
        if use.name is None:
            yield error(
                RULE,
                f'@fromContext on "{use.where}" in subgraph "{subgraph.name}" has to name a '
                f'context and select from it, but it says "{use.text}".',
                use.applied.location,
            )
