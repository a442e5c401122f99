"""PROVIDES_ON_NON_OBJECT_FIELD: only what has fields can provide some of them."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.selections import Role
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Kind

_COMPOSITE = (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every provides on a field of scalar or enum type."""
    for selection in facts.selections:
        if selection.role is not Role.PROVIDES:
            continue
        target = subgraph.types.get(selection.target)
        if target is None or target.kind not in _COMPOSITE:
            yield error(
                Code.PROVIDES_ON_NON_OBJECT_FIELD,
                f'{selection.where} in subgraph "{subgraph.name}": the field is of type '
                f'"{selection.target}", which has no fields to provide.',
                selection.location,
            )
