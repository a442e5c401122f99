"""What must hold of a supergraph before anything is planned on it."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.supergraph.features import unusable
from gateway.supergraph.model import FieldSet, Kind, Supergraph, TypeDefinition

BUILT_IN_SCALARS = ("Int", "Float", "String", "Boolean", "ID")
COMPOSITE = (Kind.OBJECT, Kind.INTERFACE, Kind.UNION)


def possible_types(types: Mapping[str, TypeDefinition]) -> dict[str, tuple[str, ...]]:
    """The concrete types of every object, interface and union, in the order of the document."""
    possible: dict[str, list[str]] = {
        name: [] for name, each in types.items() if each.kind in COMPOSITE
    }
    for name, each in types.items():
        if each.kind is Kind.OBJECT:
            possible[name].append(name)
            joined = (one for group in each.implements.values() for one in group)
            for interface in dict.fromkeys((*each.interfaces, *joined)):
                if interface in possible and types[interface].kind is Kind.INTERFACE:
                    possible[interface].append(name)
        elif each.kind is Kind.UNION:
            joined = (member for group in each.members.values() for member in group)
            possible[name] += [
                member
                for member in dict.fromkeys(joined)
                if member in types and types[member].kind is Kind.OBJECT
            ]
    return {name: tuple(each) for name, each in possible.items()}


def verify(supergraph: Supergraph) -> None:
    """Check references between types and the fields that field sets name.

    Raises:
        InternalError: with the first thing found that makes the supergraph unusable.
    """
    for definition in supergraph.types.values():
        _verify_type(supergraph, definition)


def _verify_type(supergraph: Supergraph, definition: TypeDefinition) -> None:
    name = definition.name
    for interface in definition.interfaces:
        other = supergraph.types.get(interface)
        if other is None or other.kind is not Kind.INTERFACE:
            raise unusable(f"{name} implements {interface}, which is not an interface.")
    if definition.kind is Kind.UNION:
        for member in (one for group in definition.members.values() for one in group):
            other = supergraph.types.get(member)
            if other is None or other.kind is not Kind.OBJECT:
                raise unusable(f"The union {name} has the member {member}, which is no object.")
    for join in definition.joins:
        if join.key is not None:
            _verify_set(supergraph, name, join.key, f"The key of {name}")
        if join.is_interface_object and definition.kind is not Kind.INTERFACE:
            raise unusable(f"{name} is an interface object of {join.graph}, but no interface.")
    for field in definition.fields.values():
        where = f"{name}.{field.name}"
        if field.type.named not in supergraph.types:
            raise unusable(f"{where} has the unknown type {field.type.named}.")
        for argument in field.arguments.values():
            if argument.type.named not in supergraph.types:
                raise unusable(f"{where}({argument.name}:) has an unknown type.")
        for joined in field.joins:
            if joined.type is not None and (
                joined.type.named not in supergraph.types
                or joined.type.list_depth != field.type.list_depth
            ):
                raise unusable(f"{where} has the incompatible type {joined.type} in a subgraph.")
            if joined.requires is not None:
                _verify_set(supergraph, name, joined.requires, f"What {where} requires")
            if joined.provides is not None:
                named = joined.type.named if joined.type is not None else field.type.named
                _verify_set(supergraph, named, joined.provides, f"What {where} provides")


def _verify_set(supergraph: Supergraph, parent: str, field_set: FieldSet, where: str) -> None:
    _verify_selections(supergraph, parent, field_set.selections, f'{where} ("{field_set.text}")')


def _verify_selections(
    supergraph: Supergraph, parent: str, selections: SelectionSetNode, where: str
) -> None:
    definition = supergraph.types.get(parent)
    if definition is None or definition.kind not in COMPOSITE:
        raise unusable(f"{where} selects fields of {parent}, which has none.")
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            inner = node.type_condition.name.value if node.type_condition else parent
            _verify_selections(supergraph, inner, node.selection_set, where)
        elif isinstance(node, FieldNode):
            name = node.name.value
            if name == "__typename":
                continue
            field = definition.fields.get(name)
            if field is None:
                raise unusable(f"{where} selects {parent}.{name}, which does not exist.")
            composite = supergraph.types[field.type.named].kind in COMPOSITE
            if composite != (node.selection_set is not None):
                raise unusable(f"{where} selects {parent}.{name} as something it is not.")
            if node.selection_set is not None:
                _verify_selections(supergraph, field.type.named, node.selection_set, where)
