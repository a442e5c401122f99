"""TYPE_KIND_MISMATCH: a type is of one kind."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge, grouped, listed
from gateway.composition.subgraph import is_interface_object
from gateway.supergraph.definitions import Kind, TypeDef

RULE = Rule(
    Code.TYPE_KIND_MISMATCH,
    meaning="A type is of different kinds in different subgraphs.",
    why="In the supergraph a type is of one kind.",
    mend="Give it the same kind everywhere, or rename one of them.",
    standing=Standing.SETTLED,
)


def check(merge: Merge, name: str) -> bool:
    """Report a type that is of different kinds; return whether it is."""
    sources = merge.types[name]
    if len({effective_kind(definition) for _, definition in sources}) == 1:
        return False
    groups = grouped((subgraph, _kind_text(definition)) for subgraph, definition in sources)
    merge.report.error(
        RULE,
        f'The type "{name}" is of different kinds: {listed(groups)}.',
        *(definition.location for _, definition in sources),
    )
    return True


def effective_kind(definition: TypeDef) -> Kind:
    """The kind that a type has in the supergraph: an interface object stands for an interface."""
    return Kind.INTERFACE if is_interface_object(definition) else definition.kind


def _kind_text(definition: TypeDef) -> str:
    return "interface object" if is_interface_object(definition) else definition.kind.value
