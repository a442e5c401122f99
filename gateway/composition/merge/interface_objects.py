"""Fields of interface objects, which are those of every implementation of the interface."""

from __future__ import annotations

from dataclasses import replace

from gateway.composition.merge.context import Merge
from gateway.composition.merge.join import applied
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import FieldDef, Kind, TypeDef


def add_interface_object_fields(merge: Merge, types: dict[str, TypeDef]) -> None:
    """Give each implementation the fields that only interface objects resolve, in place.

    Such a copy says `join__field` without a graph: no subgraph resolves it on that very type.
    """
    for interface in sorted(merge.interface_objects):
        merged = types.get(interface)
        if merged is None or merged.kind is not Kind.INTERFACE:
            continue
        added: dict[str, FieldDef] = {}
        for _, definition in merge.interface_objects[interface]:
            for name in definition.fields:
                if name in merged.fields:
                    added.setdefault(name, _copy(merged.fields[name]))
        for name in merge.hierarchy.objects_below.get(interface, ()):
            implementation = types.get(name)
            if implementation is None or implementation.kind is not Kind.OBJECT:
                continue
            missing = {k: v for k, v in added.items() if k not in implementation.fields}
            if missing:
                types[name] = replace(implementation, fields={**implementation.fields, **missing})


def resolved_through_interface_objects(
    merge: Merge, coordinate: Coordinate
) -> list[tuple[Subgraph, str, FieldDef]]:
    """Who resolves a field for a type by an interface object, that object's name, its field."""
    owner, name = coordinate
    return [
        (subgraph, interface, definition.fields[name])
        for interface in sorted(merge.hierarchy.supertypes.get(owner, ()))
        for subgraph, definition in merge.interface_objects.get(interface, ())
        if name in definition.fields
        and not merge.ownership[subgraph.name].fully_external((interface, name))
    ]


def _copy(field: FieldDef) -> FieldDef:
    own = tuple(item for item in field.directives if item.name != "join__field")
    return replace(field, directives=(applied("join__field"), *own))
