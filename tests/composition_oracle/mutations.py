"""Random changes to what a subgraph declares: types, fields, arguments, values, members."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NameNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    OperationTypeDefinitionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    parse_const_value,
    parse_type,
)

from tests.composition_oracle.trees import changed, named, nodes, pick, replaced, string

Mutation = Callable[[DocumentNode, Random], DocumentNode]


def _type_names(document: DocumentNode) -> list[str]:
    return [node.name.value for node in nodes(document, TypeDefinitionNode)]


def drop_field(document: DocumentNode, random: Random) -> DocumentNode:
    """Remove a field, an input field, an argument or an enum value."""
    kinds = (FieldDefinitionNode, InputValueDefinitionNode, EnumValueDefinitionNode)
    found = pick(random, document, *random.choice((kinds, kinds[:1])))
    return document if found is None else replaced(document, found)


def drop_type(document: DocumentNode, random: Random) -> DocumentNode:
    """Remove a definition or an extension."""
    found = pick(random, document, TypeDefinitionNode, TypeExtensionNode)
    return document if found is None else replaced(document, found)


def change_output_type(document: DocumentNode, random: Random) -> DocumentNode:
    """Wrap or unwrap a field's type, or refer to another type."""
    found = pick(random, document, FieldDefinitionNode)
    if found is None:
        return document
    return replaced(document, found, changed(found, type=_other_type(document, random, found.type)))


def change_input_type(document: DocumentNode, random: Random) -> DocumentNode:
    """The same for an argument or an input field."""
    found = pick(random, document, InputValueDefinitionNode)
    if found is None:
        return document
    return replaced(document, found, changed(found, type=_other_type(document, random, found.type)))


def _other_type(document: DocumentNode, random: Random, type_: Any) -> Any:
    kind = random.randrange(6)
    if kind <= 1:
        return type_.type if isinstance(type_, NonNullTypeNode) else NonNullTypeNode(type=type_)
    if kind == 2:
        return ListTypeNode(type=type_)
    if kind == 3 and isinstance(type_, ListTypeNode):
        return type_.type
    if kind == 4:
        return named(random.choice(["Int", "String", "Float", "ID", "Missing"]))
    return named(random.choice(_type_names(document) or ["Int"]))


def add_argument(document: DocumentNode, random: Random) -> DocumentNode:
    """Give a field one more argument, sometimes of an enum or an input type."""
    found = pick(random, document, FieldDefinitionNode)
    if found is None:
        return document
    usable = [
        node.name.value
        for node in nodes(document, EnumTypeDefinitionNode, InputObjectTypeDefinitionNode)
    ]
    type_ = parse_type(random.choice(["Int", "Int!", "[String!]", *usable]), no_location=True)
    default = "7" if random.random() < 0.3 else None
    argument = _input_value(random.choice(["x", "y", "e"]), type_, default)
    return replaced(document, found, changed(found, arguments=(*(found.arguments or ()), argument)))


def add_input_field(document: DocumentNode, random: Random) -> DocumentNode:
    """Give an input type one more field."""
    found = pick(random, document, InputObjectTypeDefinitionNode)
    if found is None:
        return document
    type_ = parse_type(random.choice(["Int", "Int!", "[Int!]!"]), no_location=True)
    field = _input_value("added", type_, random.choice([None, None, "3", "[3]"]))
    return replaced(document, found, changed(found, fields=(*(found.fields or ()), field)))


def _input_value(name: str, type_: Any, default: str | None) -> InputValueDefinitionNode:
    return InputValueDefinitionNode(
        name=NameNode(value=name),
        type=type_,
        default_value=None if default is None else parse_const_value(default, no_location=True),
        directives=(),
    )


def change_default(document: DocumentNode, random: Random) -> DocumentNode:
    """Give an argument or an input field a default, another one, or none."""
    found = pick(random, document, InputValueDefinitionNode)
    if found is None:
        return document
    text = random.choice([None, "1", "2", '"x"', "null", "A", "[1]", "{}", "1.5", "true"])
    value = None if text is None else parse_const_value(text, no_location=True)
    return replaced(document, found, changed(found, default_value=value))


def add_enum_value(document: DocumentNode, random: Random) -> DocumentNode:
    """Give an enum one more value."""
    found = pick(random, document, EnumTypeDefinitionNode)
    if found is None:
        return document
    value = EnumValueDefinitionNode(name=NameNode(value=random.choice("ABZ")), directives=())
    return replaced(document, found, changed(found, values=(*(found.values or ()), value)))


def change_members(document: DocumentNode, random: Random) -> DocumentNode:
    """Remove a member of a union, or add another type."""
    found = pick(random, document, UnionTypeDefinitionNode)
    if found is None:
        return document
    members = list(found.types or ())
    if members and random.random() < 0.5:
        members.pop(random.randrange(len(members)))
    else:
        members.append(named(random.choice(_type_names(document))))
    return replaced(document, found, changed(found, types=tuple(members)))


def change_interfaces(document: DocumentNode, random: Random) -> DocumentNode:
    """Let a type implement no interface, or one more."""
    kinds = (ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode)
    found = pick(random, document, *kinds)
    if found is None:
        return document
    interfaces = [node.name.value for node in nodes(document, InterfaceTypeDefinitionNode)]
    if found.interfaces or not interfaces:
        return replaced(document, found, changed(found, interfaces=()))
    return replaced(document, found, changed(found, interfaces=(named(random.choice(interfaces)),)))


def add_field(document: DocumentNode, random: Random) -> DocumentNode:
    """Give a type one more field, of a type that is there."""
    found = pick(random, document, ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode)
    if found is None:
        return document
    type_ = named(random.choice(["Int", "String", *_type_names(document)]))
    name = NameNode(value=random.choice(["id", "name", "x", "added", "f", "t"]))
    field = FieldDefinitionNode(name=name, type=type_, arguments=(), directives=())
    return replaced(document, found, changed(found, fields=(*(found.fields or ()), field)))


def change_kind(document: DocumentNode, random: Random) -> DocumentNode:
    """Make an interface of an object, an object of an interface, or an extension of an object."""
    found = pick(random, document, ObjectTypeDefinitionNode, InterfaceTypeDefinitionNode)
    if found is None or found.name.value == "Query":
        return document
    values = {key: getattr(found, key) for key in ("name", "fields", "interfaces", "directives")}
    if isinstance(found, InterfaceTypeDefinitionNode):
        return replaced(document, found, ObjectTypeDefinitionNode(**values))
    kind = random.choice([InterfaceTypeDefinitionNode, ObjectTypeExtensionNode])
    return replaced(document, found, kind(**values))


def change_description(document: DocumentNode, random: Random) -> DocumentNode:
    """Describe an element."""
    found: Any = pick(random, document, TypeDefinitionNode, FieldDefinitionNode)
    if found is None:
        return document
    text = random.choice(["", "one", "two", "  two  ", "three\nlines\n  long"])
    return replaced(document, found, changed(found, description=string(text)))


def rename(document: DocumentNode, random: Random) -> DocumentNode:
    """Give an element another name, or the name of another one, but not where it is used."""
    kinds = (TypeDefinitionNode, FieldDefinitionNode, EnumValueDefinitionNode)
    found: Any = pick(random, document, *kinds, InputValueDefinitionNode)
    if found is None:
        return document
    name = random.choice(["Query", "Mutation", "other", "_Any", "id", "B", "__hidden", "I"])
    return replaced(document, found, changed(found, name=NameNode(value=name)))


def drop_root(document: DocumentNode, random: Random) -> DocumentNode:
    """Remove an operation from the schema definition."""
    found = pick(random, document, OperationTypeDefinitionNode)
    return document if found is None else replaced(document, found)


ELEMENT_MUTATIONS: tuple[Mutation, ...] = (
    drop_field,
    drop_field,
    drop_type,
    change_output_type,
    change_output_type,
    change_input_type,
    change_input_type,
    add_argument,
    add_input_field,
    change_default,
    add_enum_value,
    change_members,
    change_interfaces,
    add_field,
    add_field,
    change_kind,
    change_description,
    rename,
    drop_root,
)
