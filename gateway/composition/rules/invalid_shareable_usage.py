"""INVALID_SHAREABLE_USAGE: sharing has no meaning on interfaces."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Kind, find_all

RULE = Rule(
    Code.INVALID_SHAREABLE_USAGE,
    meaning="`@shareable` is applied where it has no meaning.",
    why="Only what is resolved can be resolved by several, and to say it once is enough.",
    mend="Remove the `@shareable`.",
)


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
                RULE,
                f"@shareable is invalid on {coordinate}: {why}.",
                applied[0].location,
            )
