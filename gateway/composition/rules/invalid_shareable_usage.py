"""INVALID_SHAREABLE_USAGE: sharing has no meaning on interfaces."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Kind, find_all


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Shareable interface fields, and the directive given twice."""
    for owner in subgraph.types.values():
        for field in owner.fields.values():
            applied = find_all(field.directives, "shareable")
            if not applied:
                continue
            coordinate = f'"{owner.name}.{field.name}" in subgraph "{subgraph.name}"'
            if owner.kind is Kind.INTERFACE:
                why = "it is a field of an interface"
            elif len([item for item in applied if not item.inherited]) > 1:
                why = "it is applied more than once"
            else:
                continue
            yield error(
                Code.INVALID_SHAREABLE_USAGE,
                f"@shareable is invalid on {coordinate}: {why}.",
                applied[0].location,
            )
