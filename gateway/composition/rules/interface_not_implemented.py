"""INVALID_GRAPHQL: merging may give an interface an interface that its implementations lack."""

from __future__ import annotations

from gateway.composition.codes import Code
from gateway.composition.merge.context import Merge
from gateway.supergraph.definitions import TypeDef


def check(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Every merged type has to implement what its merged interfaces implement."""
    for definition in types.values():
        for interface in definition.interfaces:
            demanded = types.get(interface)
            for other in demanded.interfaces if demanded is not None else ():
                if other not in definition.interfaces and other != definition.name:
                    merge.report.error(
                        Code.INVALID_GRAPHQL,
                        f'In the merged schema "{definition.name}" has to implement "{other}", '
                        f'because "{interface}" does.',
                        *(item.location for _, item in merge.types[definition.name]),
                        *(item.interfaces.get(other) for _, item in merge.types[interface]),
                    )
