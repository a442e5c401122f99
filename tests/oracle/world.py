"""A random world: object types with keys and requirements, interfaces, unions and enums."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.oracle.model import (
    CONTEXT_TYPE,
    KEY_FIELDS,
    SCALARS,
    FieldSpec,
    ObjectSpec,
    TypeRef,
    World,
)


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
    if random.random() < 0.4:
        _add_context(world, random, entities, values)
    return world


def _add_context(world: World, random: Random, entities: list[str], values: list[str]) -> None:
    """A type whose field takes an argument from the nearest ancestor of some types."""
    spec = world.objects[CONTEXT_TYPE] = ObjectSpec(CONTEXT_TYPE, keys=("id",))
    _add(spec, "id", TypeRef("ID", "ID!"))
    _add(spec, "s0", _leaf_type(world, random))
    if random.random() < 0.5:
        target = random.choice([CONTEXT_TYPE, *entities])
        _add(spec, "r0", TypeRef(target, _wrap(random, target)))
    taken: dict[str, str] = {}
    alike = random.random() < 0.35
    below = [
        (value, item)
        for value in values
        for item in world.objects[value].fields.values()
        if world.is_leaf(item.type.text)
    ]
    held = random.choice(below) if below and not alike and random.random() < 0.8 else None
    leaf = held[1].type.text if held else random.choice([*SCALARS, *world.enums])
    for name in random.sample(entities, random.randint(1, 2)):
        setter = world.objects[name]
        _add(setter, "c0", TypeRef(CONTEXT_TYPE, _wrap(random, CONTEXT_TYPE)))
        given = "h0" if alike else f"h{name[1:]}"
        if held and random.random() < 0.8:
            taken[name] = f"{given} {{ {held[1].name} }}"
            _add(setter, given, TypeRef(held[0], held[0]))
        else:
            taken[name] = given
            _add(setter, given, TypeRef(leaf, random.choice([leaf, f"{leaf}!"])))
    derived = _leaf_type(world, random, plain=True)
    argument = "Int" if random.random() < 0.4 else None
    spec.fields["k0"] = FieldSpec("k0", derived, argument, context=taken)


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
        if takes and random.random() < 0.4:
            spec.fields[f"s{index}"] = replace(spec.fields[f"s{index}"], hides=True)
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
        given = "z" if item.hides and random.random() < 0.6 else "x"
        name += f"({given}: {random.randint(0, 3)})"
    if world.is_leaf(item.type.named):
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
            and not other.context
            and other.argument is None
            and world.is_leaf(other.type.named)
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
    written = [f"... on {on} {{ {below} }}" for on, below in parts.items()]
    if item.type.named in world.interfaces and random.random() < 0.6:
        # What all implementations have, alone or beside what only some have.
        common = random.choice(["id", *world.interface_fields.get(item.type.named, ())])
        written = [common] if random.random() < 0.6 else [common, *written]
    return f"{name} {{ {' '.join(written)} }}"


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
