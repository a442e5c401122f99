"""A world: types, and data that is a pure function of (object, field, arguments).

Because every value can be computed by anybody from that triple, however the fields are divided
among subgraphs, there is exactly one right answer to an operation: the monolith's.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql import (
    FieldNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    value_from_ast_untyped,
)

SCALARS = ("Int", "String", "Boolean", "Float", "ID")
OBJECTS_PER_TYPE = 3
KEY_FIELDS = frozenset({"id", "code", "ref", "ka", "kb"})
"""Fields of entities that may be (part of) keys; `ref` is an object with the field `no`.

`ka` and `kb` are one key together, and each comes from another subgraph.
"""

CONTEXT_TYPE = "C0"
"""The type with a field that takes an argument from an ancestor; only such ancestors lead to it."""

QUERY = "Query"


@cache
def field_set(text: str) -> SelectionSetNode:
    """A field set, parsed."""
    operation = parse("{" + text + "}", no_location=True).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return operation.selection_set


def top_names(texts: Iterable[str]) -> set[str]:
    """The fields that field sets select directly."""
    nodes = [node for text in texts for node in field_set(text).selections]
    return {node.name.value for node in nodes if isinstance(node, FieldNode)}


def arguments_of(node: FieldNode) -> dict[str, Any]:
    """The literal arguments of a field in a field set."""
    return {each.name.value: value_from_ast_untyped(each.value) for each in node.arguments or ()}


def selected(
    selections: SelectionSetNode,
    source: Any,
    type_of: Callable[[Any], str],
    value_of: Callable[[Any, FieldNode], Any],
) -> Any:
    """All that a field set selects of an object, as nested lists without names."""
    if source is None:
        return None
    if isinstance(source, list):
        return [selected(selections, item, type_of, value_of) for item in source]
    found = []
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            assert node.type_condition is not None
            if node.type_condition.name.value == type_of(source):
                found.append(selected(node.selection_set, source, type_of, value_of))
            continue
        assert isinstance(node, FieldNode)
        value = value_of(source, node)
        if node.selection_set is not None:
            value = selected(node.selection_set, value, type_of, value_of)
        found.append(value)
    return found


@dataclass(frozen=True, slots=True)
class TypeRef:
    """A field's type; `text` is its SDL (`[E0!]`), `named` its named type."""

    named: str
    text: str

    @property
    def is_list(self) -> bool:
        return self.text.startswith("[")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a world's type.

    `requires` are field sets of the same type that it depends on. `members` are the concrete types
    of its values where those are fewer than its type allows. `context` is what the field takes from
    the nearest ancestor that sets the context, as a field set by ancestor type, and `hides` an
    argument `z` of its own that clients do not see.
    """

    name: str
    type: TypeRef
    argument: str | None = None
    requires: tuple[str, ...] = ()
    nullable: bool = True
    members: tuple[str, ...] = ()
    context: dict[str, str] = field(default_factory=dict)
    hides: bool = False


@dataclass(slots=True)
class ObjectSpec:
    """An object type; entities have keys, value objects have none."""

    name: str
    fields: dict[str, FieldSpec] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    interface: str | None = None

    @property
    def is_entity(self) -> bool:
        return bool(self.keys)


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of the world. Ids are unique over all types."""

    type: str
    id: str


@dataclass(slots=True)
class World:
    """The types and the data of one case."""

    seed: int
    objects: dict[str, ObjectSpec] = field(default_factory=dict)
    interfaces: dict[str, tuple[str, ...]] = field(default_factory=dict)
    interface_fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def entities(self) -> list[ObjectSpec]:
        return [spec for spec in self.objects.values() if spec.is_entity]

    def concrete(self, name: str) -> tuple[str, ...]:
        """The object types that a value of this type may have."""
        return self.interfaces.get(name) or self.unions.get(name) or (name,)

    def is_leaf(self, name: str) -> bool:
        """Whether values of a type are scalars or enum values."""
        return name in SCALARS or name in self.enums

    def things(self, name: str) -> list[Thing]:
        """All entities of a type (of its concrete types)."""
        return [
            Thing(concrete, f"{concrete}-{index}")
            for concrete in self.concrete(name)
            for index in range(OBJECTS_PER_TYPE)
        ]

    def hash(self, *parts: Any) -> int:
        return zlib.crc32(json.dumps([self.seed, *parts], sort_keys=True).encode())

    def value(self, thing: Thing, spec: FieldSpec, arguments: Mapping[str, Any]) -> Any:
        """The one true value of a field (that requires nothing): leaves, `Thing`s or lists."""
        if spec.name == "id":
            return thing.id
        if spec.name in {"no", "ka"}:
            return f"{spec.name}-{thing.id}"
        if spec.type.named == QUERY:
            return {}
        if spec.type.named in self.objects and spec.name in KEY_FIELDS:
            return Thing(spec.type.named, thing.id)
        if spec.name == "kb":
            return f"kb-{thing.id}"
        given = {key: value for key, value in arguments.items() if value is not None}
        if spec.members:
            return self.one_of(spec.members, thing.type, thing.id, spec.name)
        return self.make(spec.type.text, thing.type, thing.id, spec.name, given)

    def derived(self, spec: FieldSpec, required: Any) -> Any:
        """The value of a field that requires others: a digest of what it was given."""
        return self.leaf(spec.type.named, spec.name, required)

    def make(self, text: str, *parts: Any) -> Any:
        """A value of the type written `text`, made from `parts`."""
        if text.endswith("!"):
            return self.make_non_null(text[:-1], *parts)
        if self.hash("null", *parts) % 6 == 0:
            return None
        return self.make_non_null(text, *parts)

    def make_non_null(self, text: str, *parts: Any) -> Any:
        if text.startswith("["):
            length = self.hash("length", *parts) % 3
            return [self.make(text[1:-1], index, *parts) for index in range(length)]
        return self.leaf(text, *parts)

    def leaf(self, named: str, *parts: Any) -> Any:
        """A non-null value of a named type."""
        number = self.hash(named, *parts)
        if named in self.enums:
            return self.enums[named][number % len(self.enums[named])]
        if named == "Int":
            return number % 1000
        if named == "Float":
            return (number % 1000) / 8
        if named == "Boolean":
            return number % 2 == 0
        if named in {"String", "ID"}:
            return f"{named[0].lower()}{number % 10_000}"
        return self.one_of(self.concrete(named), named, *parts)

    def one_of(self, options: tuple[str, ...], *parts: Any) -> Thing:
        """An object of one of some concrete types."""
        number = self.hash(*parts)
        concrete = options[number % len(options)]
        if self.objects[concrete].is_entity:
            return Thing(concrete, f"{concrete}-{number // 7 % OBJECTS_PER_TYPE}")
        return Thing(concrete, f"{concrete}~{number % 10_000}")

    def resolve(self, thing: Thing, name: str, arguments: Mapping[str, Any]) -> Any:
        """A field's value with whatever it requires looked up in the world itself."""
        spec = self.objects[thing.type].fields[name]
        if not spec.requires:
            return self.value(thing, spec, arguments)
        return self.derived(spec, [self.required(thing, item) for item in spec.requires])

    def required(self, thing: Thing, text: str) -> Any:
        """The value of a required field set: `price`, or `size { width }`."""
        return selected(
            field_set(text),
            thing,
            lambda source: source.type,
            lambda source, node: self.resolve(source, node.name.value, arguments_of(node)),
        )

    def contextual(self, thing: Thing, spec: FieldSpec, given: Any, number: Any) -> Any:
        """The value of a field that takes an argument from an ancestor."""
        return self.leaf(spec.type.named, spec.name, thing.id, given, number)

    def context_value(self, setter: Thing, spec: FieldSpec) -> Any:
        """What a field takes from an ancestor: a leaf, perhaps below an object."""
        value = self.required(setter, spec.context[setter.type])
        while isinstance(value, list):
            (value,) = value
        return value

    def extension(self, thing: Thing, spec: FieldSpec) -> Any:
        """The value of a field that an interface object contributes."""
        return self.make(spec.type.text, "extension", thing.id, spec.name)
