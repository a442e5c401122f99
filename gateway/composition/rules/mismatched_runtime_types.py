"""SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES: what a shared abstract field returns in each subgraph."""

from __future__ import annotations

from gateway.composition.codes import Code
from gateway.composition.hints import HintCode
from gateway.composition.merge.context import Merge, grouped, listed
from gateway.composition.merge.override import Overrides
from gateway.composition.subgraph import Coordinate, Subgraph, is_interface_object
from gateway.supergraph.definitions import FieldDef, Kind, named_type


def check_runtime_types(
    merge: Merge,
    coordinate: Coordinate,
    merged: FieldDef,
    resolving: list[tuple[Subgraph, FieldDef]],
    overrides: Overrides,
) -> None:
    """Compare the object types that the field can return in the subgraphs that share it."""
    returned = named_type(merged.type)
    if returned not in merge.hierarchy.objects_below:
        return
    sharing = [(s, item) for s, item in resolving if not overrides.overridden(s)]
    sets = [
        (subgraph, runtime_types(merge, subgraph, named_type(item.type)))
        for subgraph, item in sharing
    ]
    if len(sets) < 2 or len({types for _, types in sets}) < 2:
        return
    described = listed(grouped((s, ", ".join(sorted(types)) or "nothing") for s, types in sets))
    message = (
        f'The shared field "{coordinate[0]}.{coordinate[1]}" returns "{returned}", whose possible '
        f"object types are {described}"
    )
    places = [item.location for _, item in sharing]
    if not frozenset.intersection(*(types for _, types in sets)):
        merge.report.error(
            Code.SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES,
            f"{message}; they have none in common, so the subgraphs cannot answer alike.",
            *places,
        )
    else:
        merge.report.hint(
            HintCode.INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN,
            f"{message}; all subgraphs have to resolve the field to the same object.",
            *places,
        )


def runtime_types(merge: Merge, subgraph: Subgraph, name: str) -> frozenset[str]:
    """The object types that a value of the named type can have in the subgraph."""
    definition = subgraph.types.get(name)
    if definition is None:
        return frozenset()
    if definition.kind is Kind.UNION:
        return frozenset(definition.members)
    if definition.kind is Kind.INTERFACE:
        return frozenset(
            other
            for other in merge.hierarchy.objects_below.get(name, ())
            if other in subgraph.types and name in subgraph.types[other].interfaces
        )
    if is_interface_object(definition):
        return frozenset(merge.hierarchy.objects_below.get(name, ()))
    return frozenset({name})
