"""TYPE_WITH_ONLY_UNUSED_EXTERNAL: a type that only borrows, and for nothing."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import TypeDef, named_type

RULE = Rule(
    Code.TYPE_WITH_ONLY_UNUSED_EXTERNAL,
    meaning="All fields of a type are `@external` and unused.",
    why=(
        "Unused external fields are dropped from Federation 1 schemas, and a type without "
        "fields is none."
    ),
    mend="Remove the type, or use its fields.",
)


def check(
    subgraph: Subgraph, remaining: Mapping[str, TypeDef], name: str
) -> CompositionError | None:
    """The error for a type that lost all its fields, if it is still referred to.

    `remaining` are the types of the Federation 1 schema after its unused externals were dropped.
    """
    if not _referenced(remaining, name):
        return None
    return error(
        RULE,
        f'The type "{name}" of subgraph "{subgraph.name}" has only @external fields, none of '
        "which is used.",
        *subgraph.types[name].locations,
    )


def _referenced(types: Mapping[str, TypeDef], name: str) -> bool:
    return any(
        name in definition.members
        or any(named_type(field.type) == name for field in definition.fields.values())
        for definition in types.values()
    )
