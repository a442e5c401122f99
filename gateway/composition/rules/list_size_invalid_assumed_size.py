"""LIST_SIZE_INVALID_ASSUMED_SIZE: no list has fewer than no items."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.list_sizes import list_sizes
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.LIST_SIZE_INVALID_ASSUMED_SIZE,
    meaning="The `assumedSize` of a `@listSize` is negative.",
    why="No list has fewer than no items, and costs are computed from this number.",
    mend="Use zero or more.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every negative assumed size."""
    for use in list_sizes(subgraph):
        size = use.applied.args.get("assumedSize")
        if isinstance(size, int) and size < 0:
            yield error(
                RULE,
                f'@listSize on "{use.coordinate}" in subgraph "{subgraph.name}": the assumed '
                f"size {size} is negative.",
                use.location,
            )
