"""UNSUPPORTED_FEATURE: a supergraph cannot be a subgraph of another one."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.specs import JOIN
from gateway.composition.subgraph import Subgraph


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """A schema that joins subgraphs itself: its join directives would be lost."""
    join = subgraph.features.by_identity.get(JOIN.identity)
    if join is None:
        return
    graphs = subgraph.types.get(join.local("Graph"))
    if graphs is not None:
        yield error(
            Code.UNSUPPORTED_FEATURE,
            f'Subgraph "{subgraph.name}" is itself a supergraph: it links {join.url} and defines '
            f'"{graphs.name}".',
            join.location,
            graphs.location,
        )
