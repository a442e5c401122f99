"""UNSUPPORTED_FEATURE: a supergraph cannot be a subgraph of another one."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.specs import JOIN
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.UNSUPPORTED_FEATURE,
    meaning="A schema is itself a supergraph, which cannot be a subgraph of another one.",
    why="What a supergraph says about its own subgraphs has no meaning inside a subgraph.",
    mend="Compose the subgraphs that it was made of.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """A schema that joins subgraphs itself: its join directives would be lost."""
    join = subgraph.features.by_identity.get(JOIN.identity)
    if join is None:
        return
    graphs = subgraph.types.get(join.local("Graph"))
    if graphs is not None:
        yield error(
            RULE,
            f'Subgraph "{subgraph.name}" is itself a supergraph: it links {join.url} and defines '
            f'"{graphs.name}".',
            join.location,
            graphs.location,
        )
