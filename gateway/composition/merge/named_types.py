"""Named types: one merged definition from those of the subgraphs that declare it."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.contexts import supergraph_context
from gateway.composition.hint_rules import (
    inconsistent_entity,
    inconsistent_interface_value_type_field,
    inconsistent_object_value_type_field,
    inconsistent_union_member,
)
from gateway.composition.merge.context import Merge
from gateway.composition.merge.descriptions import merge_description
from gateway.composition.merge.directives import merge_applied
from gateway.composition.merge.enums import EnumUse, merge_enum_values
from gateway.composition.merge.fields import merge_fields
from gateway.composition.merge.inputs import merge_input_fields
from gateway.composition.merge.join import (
    applied,
    graph,
    join_implements,
    join_union_member,
)
from gateway.composition.merge.join_directives import carried_in_join
from gateway.composition.ownership import extends
from gateway.composition.rules import type_kind_mismatch
from gateway.composition.subgraph import Subgraph, is_interface_object, keys
from gateway.supergraph.definitions import (
    ROOT_NAMES,
    Applied,
    EnumValueDef,
    FieldDef,
    InputDef,
    Kind,
    Location,
    TypeDef,
    find_all,
)

_ROOTS = frozenset(ROOT_NAMES.values())
TypeSources = list[tuple[Subgraph, TypeDef]]


def merged_kind(merge: Merge, name: str) -> Kind | None:
    """The kind of a type, or None (with an error) if the subgraphs disagree about it."""
    if type_kind_mismatch.check(merge, name):
        return None
    return type_kind_mismatch.effective_kind(merge.types[name][0][1])


def merge_type(merge: Merge, name: str, kind: Kind) -> TypeDef:
    """Merge a type of any kind but enums (see `merge_enum`)."""
    sources = list(merge.types[name])
    element = f'type "{name}"'
    interfaces: dict[str, Location | None] = {}
    fields: dict[str, FieldDef] = {}
    inputs: dict[str, InputDef] = {}
    members: dict[str, Location | None] = {}
    match kind:
        case Kind.OBJECT | Kind.INTERFACE:
            interfaces = _union_of(sources, "interfaces")
            fields = merge_fields(merge, name, sources)
            _hint_about_fields(merge, name, kind, sources)
        case Kind.INPUT:
            inputs = merge_input_fields(merge, name, sources)
        case Kind.UNION:
            members = _union_of(sources, "members")
            inconsistent_union_member.check(merge, name, sources)
        case _:
            pass
    return TypeDef(
        kind,
        name,
        merge_description(merge, list(sources), f"The {element}"),
        (*_join_type_directives(merge, name, sources), *merge_applied(merge, sources, element)),
        interfaces,
        fields,
        inputs,
        members,
        locations=tuple(place for _, definition in sources for place in definition.locations),
    )


def merge_enum(merge: Merge, name: str, use: EnumUse) -> TypeDef:
    """Merge an enum, knowing how the merged schema uses types."""
    sources = list(merge.types[name])
    values: dict[str, EnumValueDef] = merge_enum_values(merge, name, sources, use)
    return TypeDef(
        Kind.ENUM,
        name,
        merge_description(merge, list(sources), f'The type "{name}"'),
        (
            *_join_type_directives(merge, name, sources),
            *merge_applied(merge, sources, f'type "{name}"'),
        ),
        values=values,
        locations=tuple(place for _, definition in sources for place in definition.locations),
    )


def _union_of(sources: TypeSources, attribute: str) -> dict[str, Location | None]:
    return {
        name: place
        for _, definition in sources
        for name, place in getattr(definition, attribute).items()
    }


def _join_type_directives(merge: Merge, name: str, sources: TypeSources) -> list[Applied]:
    result: list[Applied] = []
    for subgraph, definition in sources:
        result += _join_type(subgraph, definition)
    for subgraph, definition in sources:
        result += [join_implements(subgraph, interface) for interface in definition.interfaces]
    for subgraph, definition in sources:
        result += [join_union_member(subgraph, member) for member in definition.members]
    contexts = [
        supergraph_context(subgraph.name, context)
        for subgraph, definition in sources
        for item in find_all(definition.directives, "context")
        if isinstance(context := item.args.get("name"), str)
    ]
    result += [Applied("context", {"name": c}, "context") for c in dict.fromkeys(contexts)]
    result += carried_in_join((subgraph, owner.directives) for subgraph, owner in sources)
    return result


def _join_type(subgraph: Subgraph, definition: TypeDef) -> Iterator[Applied]:
    interface_object = True if is_interface_object(definition) else None
    extending = extends(definition)
    found = keys(definition)
    for key in found:
        yield applied(
            "join__type",
            graph=graph(subgraph),
            key=key.args.get("fields"),
            extension=True if extending or key.extension else None,
            resolvable=key.args.get("resolvable"),
            isInterfaceObject=interface_object,
        )
    if not found:
        yield applied("join__type", graph=graph(subgraph), isInterfaceObject=interface_object)


def _hint_about_fields(merge: Merge, name: str, kind: Kind, sources: TypeSources) -> None:
    if name in _ROOTS:
        return
    if kind is Kind.OBJECT:
        inconsistent_entity.check(merge, name, sources)
    if any(keys(definition) for _, definition in sources):
        return
    if kind is Kind.OBJECT:
        inconsistent_object_value_type_field.check(merge, name, sources)
    else:
        inconsistent_interface_value_type_field.check(merge, name, sources)
