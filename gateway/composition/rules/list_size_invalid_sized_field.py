"""LIST_SIZE_INVALID_SIZED_FIELD: what is sized lies below the field."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.list_sizes import list_sizes
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import named_type

RULE = Rule(
    Code.LIST_SIZE_INVALID_SIZED_FIELD,
    meaning="A sized field of a `@listSize` is missing, or is no list.",
    why="The size holds for these fields of the returned type, so they have to be lists of it.",
    mend="Name fields of the returned type that are lists.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every sized field that the returned type does not have."""
    for use in list_sizes(subgraph):
        returned = subgraph.types.get(named_type(use.field.type))
        for name in use.names("sizedFields"):
            if returned is None or not returned.fields:
                problem = f'"{named_type(use.field.type)}" has no fields at all'
            elif name not in returned.fields:
                problem = f'"{returned.name}" has no field "{name}"'
            else:
                continue
            yield error(
                RULE,
                f'@listSize on "{use.coordinate}" in subgraph "{subgraph.name}": {problem}.',
                use.location,
            )
