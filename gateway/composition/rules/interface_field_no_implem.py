"""INTERFACE_FIELD_NO_IMPLEM: merging may add fields to an interface that a type then lacks."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.merge.context import Merge
from gateway.supergraph.definitions import Kind, TypeDef

RULE = Rule(
    Code.INTERFACE_FIELD_NO_IMPLEM,
    meaning="After merging, a type lacks a field of an interface that it implements.",
    why=(
        "The supergraph's interface has the fields of all subgraphs, and every "
        "implementation has to have them."
    ),
    mend="Add the field to the type in some subgraph.",
)


def check(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Compare every merged type with its merged interfaces."""
    for definition in types.values():
        for interface in definition.interfaces:
            demanded = types.get(interface)
            if demanded is None or demanded.kind is not Kind.INTERFACE:
                continue
            for name in demanded.fields:
                if name in definition.fields or _declared(merge, definition.name, name):
                    continue
                declared = [
                    (subgraph.name, other.fields[name].location)
                    for subgraph, other in merge.types[interface]
                    if name in other.fields
                ]
                merge.report.error(
                    RULE,
                    f'The interface "{interface}" has the field "{name}" in '
                    f"{in_subgraphs(graph for graph, _ in declared)}, but "
                    f'"{definition.name}", which implements it, has it in no subgraph.',
                    *(place for _, place in declared),
                    *(other.location for _, other in merge.types[definition.name]),
                )


def _declared(merge: Merge, owner: str, name: str) -> bool:
    """Whether some subgraph has the field, if only as one that nobody resolves."""
    return any(name in definition.fields for _, definition in merge.types[owner])
