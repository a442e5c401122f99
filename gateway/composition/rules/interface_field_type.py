"""INVALID_GRAPHQL: merging may widen a type's field beyond what its merged interface promises."""

from __future__ import annotations

from gateway.composition.codes import Code
from gateway.composition.merge.context import Merge
from gateway.supergraph.definitions import Kind, TypeDef


def check(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Compare the field types of every merged type with those of its merged interfaces."""
    for definition in types.values():
        for interface in definition.interfaces:
            demanded = types.get(interface)
            if demanded is None or demanded.kind is not Kind.INTERFACE:
                continue
            for name, field in demanded.fields.items():
                own = definition.fields.get(name)
                if own is None or merge.hierarchy.is_subtype(own.type, field.type):
                    continue
                declared = [
                    other.fields[name].location
                    for _, other in (*merge.types[interface], *merge.types[definition.name])
                    if name in other.fields
                ]
                merge.report.error(
                    Code.INVALID_GRAPHQL,
                    f'In the merged schema "{interface}.{name}" is of type "{field.type}", but '
                    f'"{definition.name}.{name}", which implements it, is of type "{own.type}", '
                    "which allows more.",
                    *declared,
                )
