"""Spoils valid sets of subgraphs a little, so that composers have something to object to."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    ConstDirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    IntValueNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

from tests.oracle.partition import random_partition
from tests.oracle.render import subgraph_sdl
from tests.oracle.world import random_world

Sources = dict[str, str]


def valid_set(seed: int) -> Sources:
    """The subgraphs of a random world: they compose, and every query can be answered."""
    partition = random_partition(random_world(seed))
    return {name: subgraph_sdl(partition, plan) for name, plan in partition.subgraphs.items()}


def mutated_set(seed: int) -> Sources:
    """A valid set after one to three random changes to its text's syntax trees."""
    random = Random(seed)
    documents = {
        name: parse(text, no_location=True) for name, text in valid_set(seed % 400).items()
    }
    for _ in range(random.randint(1, 3)):
        name = random.choice(sorted(documents))
        documents[name] = random.choice(MUTATIONS)(copy.deepcopy(documents[name]), random)
    return {name: print_ast(document) for name, document in documents.items()}


Mutation = Callable[[DocumentNode, Random], DocumentNode]


def _objects(document: DocumentNode) -> list[Any]:
    return [
        node
        for node in document.definitions
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode) and node.fields
    ]


def _edited(document: DocumentNode, old: Any, new: Any | None) -> DocumentNode:
    kept = [new if node is old else node for node in document.definitions]
    return DocumentNode(definitions=tuple(node for node in kept if node is not None))


def _with(node: Any, **changes: Any) -> Any:
    values = {key: getattr(node, key) for key in node.keys if key != "loc"} | changes
    return type(node)(**values)


def _some_field(document: DocumentNode, random: Random) -> tuple[Any, FieldDefinitionNode] | None:
    objects = _objects(document)
    if not objects:
        return None
    owner = random.choice(objects)
    return owner, random.choice(owner.fields)


def _replace_field(
    document: DocumentNode, owner: Any, old: FieldDefinitionNode, new: FieldDefinitionNode | None
) -> DocumentNode:
    fields = [new if field is old else field for field in owner.fields]
    kept = tuple(field for field in fields if field is not None)
    return document if not kept else _edited(document, owner, _with(owner, fields=kept))


def _drop_field(document: DocumentNode, random: Random) -> DocumentNode:
    found = _some_field(document, random)
    return document if found is None else _replace_field(document, *found, None)


def _drop_type(document: DocumentNode, random: Random) -> DocumentNode:
    named = [node for node in document.definitions if getattr(node, "name", None)]
    return _edited(document, random.choice(named), None) if named else document


def _drop_directive(document: DocumentNode, random: Random) -> DocumentNode:
    found = _some_field(document, random)
    if found is None:
        return document
    owner, field = found
    if field.directives:
        kept = list(field.directives)
        kept.pop(random.randrange(len(kept)))
        return _replace_field(document, owner, field, _with(field, directives=tuple(kept)))
    if owner.directives:
        kept = list(owner.directives)
        kept.pop(random.randrange(len(kept)))
        return _edited(document, owner, _with(owner, directives=tuple(kept)))
    return document


def _add_directive(document: DocumentNode, random: Random) -> DocumentNode:
    found = _some_field(document, random)
    if found is None:
        return document
    owner, field = found
    name = random.choice(
        ["shareable", "inaccessible", "external", "override", "requires", "provides"]
    )
    arguments: dict[str, str] = {}
    if name == "override":
        arguments = {"from": random.choice(["a", "b", "c", "nobody"])}
    if name in {"requires", "provides"}:
        arguments = {"fields": random.choice(["id", "s0", "s0 s1", "nothing", "id {"])}
    added = _directive(name, arguments)
    return _replace_field(
        document, owner, field, _with(field, directives=(*(field.directives or ()), added))
    )


def _directive(name: str, arguments: dict[str, str]) -> ConstDirectiveNode:
    return ConstDirectiveNode(
        name=NameNode(value=name),
        arguments=tuple(
            ArgumentNode(name=NameNode(value=key), value=StringValueNode(value=value))
            for key, value in arguments.items()
        ),
    )


def _change_type(document: DocumentNode, random: Random) -> DocumentNode:
    found = _some_field(document, random)
    if found is None:
        return document
    owner, field = found
    kind = random.randrange(4)
    if kind == 0:
        bare = field.type.type if isinstance(field.type, NonNullTypeNode) else field.type
        new: Any = bare if bare is not field.type else NonNullTypeNode(type=field.type)
    elif kind == 1:
        new = ListTypeNode(type=field.type)
    else:
        named = random.choice(["Int", "String", "E0", "E1", "V0", "I0", "Missing"])
        new = NamedTypeNode(name=NameNode(value=named))
    return _replace_field(document, owner, field, _with(field, type=new))


def _change_argument(document: DocumentNode, random: Random) -> DocumentNode:
    found = _some_field(document, random)
    if found is None:
        return document
    owner, field = found
    if field.arguments and random.random() < 0.4:
        return _replace_field(document, owner, field, _with(field, arguments=()))
    named: Any = NamedTypeNode(name=NameNode(value=random.choice(["Int", "String"])))
    required = random.random() < 0.4
    argument = InputValueDefinitionNode(
        name=NameNode(value=random.choice(["x", "y"])),
        type=NonNullTypeNode(type=named) if required else named,
        default_value=IntValueNode(value="7") if random.random() < 0.3 else None,
        directives=(),
    )
    return _replace_field(document, owner, field, _with(field, arguments=(argument,)))


def _change_key(document: DocumentNode, random: Random) -> DocumentNode:
    keyed = [
        node
        for node in _objects(document)
        if any(directive.name.value == "key" for directive in node.directives or ())
    ]
    if not keyed:
        return document
    owner = random.choice(keyed)
    others = [each for each in owner.directives or () if each.name.value != "key"]
    fields = random.choice(["id", "s0", "r0", "nothing", "id s0", "r0 { id }", "id(", "", "id @x"])
    new = [] if random.random() < 0.3 else [_directive("key", {"fields": fields})]
    return _edited(document, owner, _with(owner, directives=(*others, *new)))


def _change_members(document: DocumentNode, random: Random) -> DocumentNode:
    changeable = [
        node
        for node in document.definitions
        if isinstance(node, EnumTypeDefinitionNode | UnionTypeDefinitionNode)
    ]
    if not changeable:
        return document
    node = random.choice(changeable)
    if isinstance(node, EnumTypeDefinitionNode):
        values = list(node.values)
        values.pop(random.randrange(len(values)))
        return _edited(document, node, _with(node, values=tuple(values)) if values else None)
    members = list(node.types)
    members.pop(random.randrange(len(members)))
    return _edited(document, node, _with(node, types=tuple(members)) if members else None)


def _drop_interface(document: DocumentNode, random: Random) -> DocumentNode:
    implementing = [node for node in _objects(document) if node.interfaces]
    if not implementing:
        return document
    node = random.choice(implementing)
    return _edited(document, node, _with(node, interfaces=()))


def _use_enum_as_input(document: DocumentNode, random: Random) -> DocumentNode:
    enums = [node for node in document.definitions if isinstance(node, EnumTypeDefinitionNode)]
    found = _some_field(document, random)
    if not enums or found is None:
        return document
    owner, field = found
    argument = InputValueDefinitionNode(
        name=NameNode(value="e"),
        type=NamedTypeNode(name=NameNode(value=random.choice(enums).name.value)),
        directives=(),
    )
    return _replace_field(document, owner, field, _with(field, arguments=(argument,)))


MUTATIONS: tuple[Mutation, ...] = (
    _drop_field,
    _drop_type,
    _drop_directive,
    _add_directive,
    _add_directive,
    _change_type,
    _change_type,
    _change_argument,
    _change_key,
    _change_members,
    _drop_interface,
    _use_enum_as_input,
)
