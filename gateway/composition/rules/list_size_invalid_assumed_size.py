"""LIST_SIZE_INVALID_ASSUMED_SIZE: no list has fewer than no items."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.list_sizes import list_sizes
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every negative assumed size."""
    for use in list_sizes(subgraph):
        size = use.applied.args.get("assumedSize")
        if isinstance(size, int) and size < 0:
            yield error(
                Code.LIST_SIZE_INVALID_ASSUMED_SIZE,
                f'@listSize on "{use.coordinate}" in subgraph "{subgraph.name}": the assumed '
                f"size {size} is negative.",
                use.location,
            )
