"""EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE: what is borrowed provides nothing."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import find

RULE = Rule(
    Code.EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE,
    meaning="An `@external` field carries a directive that only makes sense where it is resolved.",
    why="A subgraph that does not resolve a field cannot say what comes along with it.",
    mend="Remove one of the two directives.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every external field with a provides."""
    for owner, name in sorted(facts.external):
        field = subgraph.field((owner, name))
        provides = find(field.directives, "provides") if field is not None else None
        if field is not None and provides is not None:
            yield error(
                RULE,
                f'The field "{owner}.{name}" of subgraph "{subgraph.name}" cannot be both '
                "@external and @provides.",
                provides.location,
                field.location,
            )
