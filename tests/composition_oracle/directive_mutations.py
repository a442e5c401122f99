"""Random changes to the directives that a subgraph applies, links and defines."""

from __future__ import annotations

from random import Random
from typing import Any

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    IntValueNode,
    Node,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    UnionTypeDefinitionNode,
)

from tests.composition_oracle.mutations import Mutation
from tests.composition_oracle.trees import changed, directive, nodes, pick, replaced

_FIELD_SETS = (
    "id", "x", "name", "id x", "nothing", "id {", "", "x { id }", "size { w }", "id(a: 1)",
    "id @tag(name: \\\"x\\\")", "a: id", "... on T { id }", "__typename", "u { id }", "s0 r0 { id }",
)  # fmt: skip
_AUTH = (
    "authenticated",
    'requiresScopes(scopes: [["a"], ["b", "c"]])',
    "requiresScopes(scopes: [])",
    'policy(policies: [["p"]])',
)
_ON_FIELDS = (
    "shareable", "shareable", "external", "external", "inaccessible", 'tag(name: "t")',
    'override(from: "a")', 'override(from: "b")', 'override(from: "nobody")',
    'override(from: "a", label: "percent(10)")', 'override(from: "b", label: "no good")',
    'deprecated(reason: "r")', "cost(weight: 3)", "listSize(assumedSize: 3)",
    'listSize(slicingArguments: ["x", "first"], sizedFields: ["items"])',
    "listSize(assumedSize: -1)", 'cacheTag(format: "f")', "interfaceObject", *_AUTH,
)  # fmt: skip
_ON_TYPES = (
    "shareable", "inaccessible", "external", "extends", "interfaceObject", 'tag(name: "t")',
    'context(name: "ctx")', 'context(name: "no_good")', "cost(weight: 2)", *_AUTH,
)  # fmt: skip
_ON_OTHERS = ("inaccessible", 'tag(name: "t")', "deprecated", "cost(weight: 5)")
_ON_ARGUMENTS = (
    "inaccessible", 'tag(name: "t")', 'deprecated(reason: "r")', "cost(weight: 4)",
    'fromContext(field: "$ctx { prop }")', 'fromContext(field: "$ctx { id }")',
    'fromContext(field: "$other { id }")', 'fromContext(field: "{ id }")',
    'fromContext(field: "$ctx ... on T { prop }")',
)  # fmt: skip
_TYPES = (ObjectTypeDefinitionNode, ObjectTypeExtensionNode, InterfaceTypeDefinitionNode)
_OTHERS = (
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    InputObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    UnionTypeDefinitionNode,
)


def drop_directive(document: DocumentNode, random: Random) -> DocumentNode:
    """Remove an application."""
    found = pick(random, document, ConstDirectiveNode)
    return document if found is None else replaced(document, found)


def repeat_directive(document: DocumentNode, random: Random) -> DocumentNode:
    """Apply a directive twice."""
    found = pick(random, document, ConstDirectiveNode)
    return document if found is None else replaced(document, found, found, found)


def _apply(document: DocumentNode, owner: Any, text: str) -> DocumentNode:
    if owner is None:
        return document
    directives = (*(owner.directives or ()), directive(text))
    return replaced(document, owner, changed(owner, directives=directives))


def add_to_field(document: DocumentNode, random: Random) -> DocumentNode:
    """Apply one more directive to a field."""
    owner = pick(random, document, FieldDefinitionNode)
    if random.random() < 0.3:
        name = random.choice(["requires", "provides"])
        return _apply(document, owner, f'{name}(fields: "{random.choice(_FIELD_SETS)}")')
    return _apply(document, owner, random.choice(_ON_FIELDS))


def add_to_type(document: DocumentNode, random: Random) -> DocumentNode:
    """Apply one more directive to an object or an interface."""
    owner = pick(random, document, *_TYPES)
    if random.random() < 0.4:
        resolvable = random.choice(["", "", ", resolvable: false"])
        text = f'key(fields: "{random.choice(_FIELD_SETS)}"{resolvable})'
        return _apply(document, owner, text)
    return _apply(document, owner, random.choice(_ON_TYPES))


def add_to_other(document: DocumentNode, random: Random) -> DocumentNode:
    """Apply one more directive to an enum, a value, an input type, a scalar or a union."""
    return _apply(document, pick(random, document, *_OTHERS), random.choice(_ON_OTHERS))


def add_to_argument(document: DocumentNode, random: Random) -> DocumentNode:
    """Apply one more directive to an argument or an input field."""
    owner = pick(random, document, InputValueDefinitionNode)
    return _apply(document, owner, random.choice(_ON_ARGUMENTS))


def change_argument(document: DocumentNode, random: Random) -> DocumentNode:
    """Apply a directive (but no link) with another value, or without an argument."""
    found = [
        argument
        for item in nodes(document, ConstDirectiveNode)
        if item.name.value != "link"
        for argument in item.arguments or ()
    ]
    if not found:
        return document
    argument = random.choice(found)
    new = _other_value(argument, random)
    return replaced(document, argument, *([] if new is None else [new]))


def _other_value(argument: ArgumentNode, random: Random) -> ArgumentNode | None:
    if random.random() < 0.15:
        return None
    value: Node = argument.value
    match value:
        case StringValueNode():
            text = random.choice([*_FIELD_SETS, "a", "b", "percent(101)"]).replace("\\", "")
            value = changed(value, value=text, block=False)
        case BooleanValueNode():
            value = BooleanValueNode(value=not value.value)
        case IntValueNode():
            value = IntValueNode(value=random.choice(["0", "-1", "99"]))
        case _:
            value = IntValueNode(value="5")
    return changed(argument, value=value)


def change_link(document: DocumentNode, random: Random) -> DocumentNode:
    """Link another version, or import one name less."""
    found = [
        item
        for each in nodes(document, ConstDirectiveNode)
        if each.name.value == "link"
        for item in nodes(each, StringValueNode)
    ]
    if not found:
        return document
    item = random.choice(found)
    if not item.value.startswith("https://"):
        return replaced(document, item)
    base, _, _ = item.value.rpartition("/")
    version = random.choice(["v2.0", "v2.3", "v2.7", "v2.12", "v1.0", "v2.99", "v3.0", "nine"])
    return replaced(document, item, changed(item, value=f"{base}/{version}"))


def change_definition(document: DocumentNode, random: Random) -> DocumentNode:
    """Remove a directive's definition, or toggle whether it is repeatable."""
    found = pick(random, document, DirectiveDefinitionNode)
    if found is None:
        return document
    if random.random() < 0.4:
        return replaced(document, found)
    return replaced(document, found, changed(found, repeatable=not found.repeatable))


DIRECTIVE_MUTATIONS: tuple[Mutation, ...] = (
    drop_directive,
    drop_directive,
    repeat_directive,
    add_to_field,
    add_to_field,
    add_to_field,
    add_to_type,
    add_to_type,
    add_to_other,
    add_to_argument,
    change_argument,
    change_argument,
    change_link,
    change_definition,
)
