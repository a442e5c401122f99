"""A random world: types, and data that is a pure function of (object, field, arguments).

Because every value can be computed by anybody from that triple, however the fields are divided
among subgraphs, there is exactly one right answer to an operation: the monolith's.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
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
KEY_FIELDS = frozenset({"id", "code", "ref"})
"""Fields of entities that may be (part of) keys; `ref` is an object with the field `no`."""


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
    of its values where those are fewer than its type allows.
    """

    name: str
    type: TypeRef
    argument: str | None = None
    requires: tuple[str, ...] = ()
    nullable: bool = True
    members: tuple[str, ...] = ()


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
        if spec.name == "no":
            return f"no-{thing.id}"
        if spec.name == "ref":
            return Thing(spec.type.named, thing.id)
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

    def extension(self, thing: Thing, spec: FieldSpec) -> Any:
        """The value of a field that an interface object contributes."""
        return self.make(spec.type.text, "extension", thing.id, spec.name)


def random_world(seed: int) -> World:
    """The world of a seed; the same seed makes the same world."""
    random = Random(seed)
    world = World(seed)
    for index in range(random.randint(0, 2)):
        world.enums[f"N{index}"] = tuple(f"N{index}_{letter}" for letter in "ABC")
    values = [f"V{index}" for index in range(random.randint(0, 2))]
    entities = [f"E{index}" for index in range(random.randint(2, 4))]
    if random.random() < 0.6:
        world.interfaces["I0"] = tuple(entities[: random.randint(1, len(entities))])
    if random.random() < 0.5:
        world.unions["U0"] = tuple(entities[-random.randint(1, len(entities)) :])
    if random.random() < 0.4:
        world.unions["P0"] = tuple(entities)
    for name in values:
        world.objects[name] = _value_object(world, random, name)
    for name in entities:
        world.objects[name] = _entity(world, random, name, values, entities)
    for name in entities:
        _add_partial(world, random, world.objects[name], entities)
    for name in entities:
        _add_requirements(world, random, world.objects[name])
    return world


def _add_partial(world: World, random: Random, spec: ObjectSpec, entities: list[str]) -> None:
    """A field of a union that has fewer members where the field is resolved."""
    if "P0" in world.unions and random.random() < 0.6:
        members = tuple(sorted(random.sample(entities, random.randint(1, len(entities)))))
        spec.fields["p0"] = FieldSpec("p0", TypeRef("P0", "P0"), members=members)


def _value_object(world: World, random: Random, name: str) -> ObjectSpec:
    spec = ObjectSpec(name)
    for index in range(random.randint(1, 3)):
        _add(spec, f"{name.lower()}f{index}", _leaf_type(world, random))
    return spec


def _entity(
    world: World, random: Random, name: str, values: list[str], entities: list[str]
) -> ObjectSpec:
    interface = next((key for key, items in world.interfaces.items() if name in items), None)
    spec = ObjectSpec(name, keys=("id",), interface=interface)
    _add(spec, "id", TypeRef("ID", "ID!"))
    if random.random() < 0.35:
        _add(spec, "code", TypeRef("String", "String!"))
        spec.keys = ("id", "code") if random.random() < 0.6 else ("id", "id code")
    if random.random() < 0.3:
        key = ObjectSpec(f"K{name}")
        _add(key, "no", TypeRef("ID", "ID!"))
        world.objects[key.name] = key
        _add(spec, "ref", TypeRef(key.name, f"{key.name}!"))
        nested = random.choice(["ref { no }", "ref { no } id"])
        spec.keys = (*spec.keys, nested)
    if interface:
        # The interface's own fields: same name and type in every implementation.
        shared = Random(world.seed)
        for index in range(shared.randint(0, 2)):
            _add(spec, f"common{index}", TypeRef("Int", "Int"))
            world.interface_fields[interface] = tuple(
                f"common{position}" for position in range(index + 1)
            )
    for index in range(random.randint(2, 4)):
        takes = "Int" if random.random() < 0.25 else None
        _add(spec, f"s{index}", _leaf_type(world, random), takes)
    abstract = [*world.interfaces, *(name for name in world.unions if name != "P0")]
    for index in range(random.randint(1, 3)):
        target = random.choice([*entities, *values, *abstract])
        _add(spec, f"r{index}", TypeRef(target, _wrap(random, target)))
    return spec


def _add_requirements(world: World, random: Random, spec: ObjectSpec) -> None:
    candidates = [
        item
        for name, item in spec.fields.items()
        if name not in KEY_FIELDS and not item.name.startswith("com")
    ]
    for index in range(random.randint(0, 2)):
        required = [
            text
            for item in random.sample(candidates, min(len(candidates), random.randint(1, 2)))
            if (text := _field_set(world, random, item)) is not None
        ]
        if required:
            name = f"q{index}"
            derived = FieldSpec(name, _leaf_type(world, random, plain=True), None, tuple(required))
            spec.fields[name] = derived
            candidates.append(derived)


def _field_set(world: World, random: Random, item: FieldSpec) -> str | None:
    name = item.name
    if item.argument is not None:
        name += f"(x: {random.randint(0, 3)})"
    if item.type.named in SCALARS or item.type.named in world.enums:
        return name
    options = item.members or world.concrete(item.type.named)
    parts: dict[str, str] = {}
    types: dict[str, str] = {}
    for concrete in random.sample(options, random.randint(1, len(options))):
        below = [
            other
            for other in world.objects[concrete].fields.values()
            if other.name not in KEY_FIELDS
            and not other.requires
            and other.argument is None
            and (other.type.named in SCALARS or other.type.named in world.enums)
            # One field set is one operation: equal names must have equal types in it.
            and types.get(other.name, other.type.text) == other.type.text
        ]
        if not below:
            continue
        chosen = random.choice(sorted(below, key=lambda other: other.name))
        types[chosen.name] = chosen.type.text
        parts[concrete] = chosen.name
    if not parts:
        return None
    if options == (item.type.named,):
        return f"{name} {{ {parts[item.type.named]} }}"
    return f"{name} {{ {' '.join(f'... on {on} {{ {below} }}' for on, below in parts.items())} }}"


def _leaf_type(world: World, random: Random, *, plain: bool = False) -> TypeRef:
    named = random.choice([*SCALARS, *world.enums])
    return TypeRef(named, named if plain else _wrap(random, named))


def _wrap(random: Random, named: str) -> str:
    return random.choice(
        [named, named, named, f"{named}!", f"[{named}!]!", f"[{named}]", f"[[{named}]!]"]
        if random.random() < 0.6
        else [named]
    )


def _add(spec: ObjectSpec, name: str, type_: TypeRef, argument: str | None = None) -> None:
    spec.fields[name] = FieldSpec(name, type_, argument, (), not type_.text.endswith("!"))
