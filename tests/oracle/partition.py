"""Divides a world among subgraphs, in every way that Federation offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.oracle.world import FieldSpec, ObjectSpec, TypeRef, World


@dataclass(slots=True)
class Part:
    """What one subgraph declares of one object type.

    `own` fields are resolved here; `external` are declared but not resolved; `overridden` are
    still declared though another subgraph has taken them over.
    """

    own: dict[str, str] = field(default_factory=dict)
    external: set[str] = field(default_factory=set)
    overridden: set[str] = field(default_factory=set)
    keys: list[str] = field(default_factory=list)
    resolvable: bool = True
    provides: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class SubgraphPlan:
    """What one subgraph declares: parts of object types and root fields."""

    name: str
    parts: dict[str, Part] = field(default_factory=dict)
    abstract: set[str] = field(default_factory=set)
    interface_keys: set[str] = field(default_factory=set)
    interface_object: str | None = None
    extensions: dict[str, FieldSpec] = field(default_factory=dict)
    queries: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    """Field name to (SDL signature, named type, shared)."""
    mutations: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Partition:
    """All subgraphs of a case, and the fields hidden from the public schema."""

    world: World
    subgraphs: dict[str, SubgraphPlan]
    hidden: set[tuple[str, str]] = field(default_factory=set)


def random_partition(world: World) -> Partition:
    """Divide a world; the result always composes and is always satisfiable."""
    random = Random(world.seed ^ 0x5EED)
    names = ["a", "b", "c", "d"][: random.randint(2, 4)]
    partition = Partition(world, {name: SubgraphPlan(name) for name in names})
    for spec in world.entities():
        _assign_fields(partition, random, spec)
    _add_roots(partition, random)
    _close(partition, random)
    _add_provides(partition, random)
    _add_interface_object(partition, random)
    _hide(partition, random)
    return partition


def _assign_fields(partition: Partition, random: Random, spec: ObjectSpec) -> None:
    names = list(partition.subgraphs)
    home = random.choice(names)
    part = partition.subgraphs[home].parts.setdefault(spec.name, Part())
    # The home has every key, so that whoever knows one key can get the others there.
    part.keys = list(spec.keys)
    for item in spec.fields.values():
        if item.name in {"id", "code"} or item.requires:
            continue
        owners = random.sample(names, 2 if random.random() < 0.25 else 1)
        tag = "@shareable" if len(owners) == 2 else ""
        for owner in owners:
            partition.subgraphs[owner].parts.setdefault(spec.name, Part()).own[item.name] = tag
        if len(owners) == 1 and len(names) > 1 and random.random() < 0.12:
            _override(partition, random, spec, item, owners[0])
    for item in spec.fields.values():
        if item.requires:
            _assign_requiring(partition, random, spec, item)


def _override(
    partition: Partition, random: Random, spec: ObjectSpec, item: FieldSpec, owner: str
) -> None:
    taker = random.choice([name for name in partition.subgraphs if name != owner])
    del partition.subgraphs[owner].parts[spec.name].own[item.name]
    partition.subgraphs[owner].parts[spec.name].overridden.add(item.name)
    part = partition.subgraphs[taker].parts.setdefault(spec.name, Part())
    part.own[item.name] = f'@override(from: "{owner}")'


def _assign_requiring(
    partition: Partition, random: Random, spec: ObjectSpec, item: FieldSpec
) -> None:
    required = {text.partition(" ")[0] for text in item.requires}
    possible = [
        name
        for name, plan in partition.subgraphs.items()
        if not required
        & (
            plan.parts.get(spec.name, Part()).own.keys()
            | plan.parts.get(spec.name, Part()).overridden
        )
    ]
    if not possible:
        # Every subgraph has one of the required fields already: a new one has none.
        name = f"extra{len(partition.subgraphs)}"
        partition.subgraphs[name] = SubgraphPlan(name)
        possible = [name]
    part = partition.subgraphs[random.choice(possible)].parts.setdefault(spec.name, Part())
    part.external |= required
    part.own[item.name] = f'@requires(fields: "{" ".join(item.requires)}")'


def _add_roots(partition: Partition, random: Random) -> None:
    world = partition.world
    names = list(partition.subgraphs)
    for target in [*(spec.name for spec in world.entities()), *world.interfaces, *world.unions]:
        shared = random.random() < 0.2
        for owner in random.sample(names, 2 if shared else 1):
            plan = partition.subgraphs[owner]
            lower = target.lower()
            plan.queries[f"all{target}"] = (f"all{target}: [{target}!]!", target, shared)
            if target in world.objects:
                plan.queries[lower] = (f"{lower}(id: ID!): {target}", target, shared)
            _touch(partition, plan, target)
    for index in range(random.randint(0, 3)):
        plan = partition.subgraphs[random.choice(names)]
        target = random.choice([spec.name for spec in world.entities()])
        plan.mutations[f"m{index}"] = target
        _touch(partition, plan, target)


def _touch(partition: Partition, plan: SubgraphPlan, target: str) -> None:
    """Make sure that a subgraph which returns a type declares it (and what it may be)."""
    world = partition.world
    if target in world.interfaces or target in world.unions:
        plan.abstract.add(target)
    for concrete in world.concrete(target):
        if concrete in world.objects:
            plan.parts.setdefault(concrete, Part())


def _close(partition: Partition, random: Random) -> None:
    """Declare everything that declared fields mention, until nothing is missing."""
    world = partition.world
    for plan in partition.subgraphs.values():
        before = -1
        while before != len(plan.parts) + len(plan.abstract):
            before = len(plan.parts) + len(plan.abstract)
            for name, part in list(plan.parts.items()):
                spec = world.objects[name]
                if not spec.is_entity:
                    part.own = dict.fromkeys(spec.fields, "@shareable")
                for declared in [*part.own, *part.external, *part.overridden]:
                    target = spec.fields[declared].type.named
                    _touch(partition, plan, target)
        for name, part in plan.parts.items():
            spec = world.objects[name]
            if spec.is_entity and not part.keys:
                _choose_keys(random, spec, part)


def _choose_keys(random: Random, spec: ObjectSpec, part: Part) -> None:
    count = random.randint(1, len(spec.keys))
    part.keys = sorted(random.sample(spec.keys, count), key=spec.keys.index)
    if spec.interface is not None and "id" not in part.keys:
        part.keys.insert(0, "id")
    contributes = part.own or part.external
    if not contributes and random.random() < 0.3:
        part.resolvable = False
        part.keys = part.keys[:1]


def _add_provides(partition: Partition, random: Random) -> None:
    world = partition.world
    for plan in partition.subgraphs.values():
        for name, part in plan.parts.items():
            spec = world.objects[name]
            if not spec.is_entity:
                continue
            for declared in part.own:
                target = world.objects.get(spec.fields[declared].type.named)
                if target is None or not target.is_entity or random.random() > 0.3:
                    continue
                there = plan.parts[target.name]
                free = [
                    item.name
                    for item in target.fields.values()
                    if item.name not in {"id", "code"}
                    and not item.requires
                    and item.argument is None
                    and item.type.named not in world.objects
                    and item.name not in there.own
                    and item.name not in there.overridden
                    and item.type.named not in world.interfaces
                    and item.type.named not in world.unions
                ]
                if free and "@override" not in part.own[declared]:
                    chosen = tuple(random.sample(free, min(len(free), random.randint(1, 2))))
                    there.external |= set(chosen)
                    part.provides[declared] = chosen
                    _share(partition, target.name, chosen)


def _share(partition: Partition, type_name: str, fields: tuple[str, ...]) -> None:
    """A field that one subgraph provides has to be shareable where others resolve it."""
    for plan in partition.subgraphs.values():
        own = plan.parts.get(type_name, Part()).own
        for name in fields:
            if name in own and "@shareable" not in own[name]:
                own[name] = f"{own[name]} @shareable".strip()


def _add_interface_object(partition: Partition, random: Random) -> None:
    """A further subgraph that adds fields to all implementations of an interface at once."""
    holders = [plan for plan in partition.subgraphs.values() if "I0" in plan.abstract]
    if not holders or random.random() < 0.5:
        return
    for plan in holders:
        parts = [plan.parts[name] for name in partition.world.interfaces["I0"]]
        if all(part.resolvable and "id" in part.keys for part in parts):
            plan.interface_keys.add("I0")
    if not any(plan.interface_keys for plan in holders):
        return
    plan = SubgraphPlan("io", interface_object="I0")
    for index in range(random.randint(1, 2)):
        name = f"x{index}"
        plan.extensions[name] = FieldSpec(name, TypeRef("Int", random.choice(["Int", "Int!"])))
    if random.random() < 0.5:
        plan.queries["ioI0"] = ("ioI0: [I0!]!", "I0", False)
    partition.subgraphs["io"] = plan


def _hide(partition: Partition, random: Random) -> None:
    interface_fields = {
        name for fields in partition.world.interface_fields.values() for name in fields
    }
    for spec in partition.world.entities():
        for name in spec.fields:
            if name not in {"id", "code", *interface_fields} and random.random() < 0.06:
                partition.hidden.add((spec.name, name))
