"""LIST_SIZE_APPLIED_TO_NON_LIST: only lists have a size."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.list_sizes import is_list, list_sizes
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import named_type

RULE = Rule(
    Code.LIST_SIZE_APPLIED_TO_NON_LIST,
    meaning="`@listSize` is applied to a field that is no list.",
    why="Only a list has a size to assume.",
    mend="Remove it, or name the lists below the field in `sizedFields`.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every `@listSize` on a field, or naming a field, that is no list."""
    for use in list_sizes(subgraph):
        sized = use.names("sizedFields")
        if not sized and not is_list(use.field.type):
            yield error(
                RULE,
                f'@listSize on "{use.coordinate}" in subgraph "{subgraph.name}": the field is of '
                f'type "{use.field.type}", which is no list.',
                use.location,
            )
        returned = subgraph.types.get(named_type(use.field.type))
        for name in sized:
            field = returned.fields.get(name) if returned is not None else None
            if field is not None and not is_list(field.type):
                yield error(
                    RULE,
                    f'@listSize on "{use.coordinate}" in subgraph "{subgraph.name}": its sized '
                    f'field "{name}" is of type "{field.type}", which is no list.',
                    use.location,
                    field.location,
                )
