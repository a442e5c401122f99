"""LIST_SIZE_INVALID_SLICING_ARGUMENT: a slice is given as a number."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.list_sizes import list_sizes
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import Named, NonNull

RULE = Rule(
    Code.LIST_SIZE_INVALID_SLICING_ARGUMENT,
    meaning="A slicing argument of a `@listSize` is missing, or is no integer.",
    why="The size of the list is read from these arguments, so they have to be numbers.",
    mend="Name arguments of the field that are of type Int.",
)


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every slicing argument that does not exist, or is no integer."""
    for use in list_sizes(subgraph):
        for name in use.names("slicingArguments"):
            arg = use.field.args.get(name)
            if arg is None:
                problem = f'there is no argument "{name}"'
            elif (arg.type.of if isinstance(arg.type, NonNull) else arg.type) != Named("Int"):
                problem = f'the argument "{name}" is of type "{arg.type}" instead of Int'
            else:
                continue
            yield error(
                RULE,
                f'@listSize on "{use.coordinate}" in subgraph "{subgraph.name}": {problem}.',
                use.location,
            )
