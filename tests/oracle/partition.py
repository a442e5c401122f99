"""Divides a world among subgraphs, in every way that Federation offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from graphql import FieldNode, InlineFragmentNode

from tests.oracle.world import (
    KEY_FIELDS,
    FieldSpec,
    ObjectSpec,
    TypeRef,
    World,
    field_set,
    top_names,
)


@dataclass(slots=True)
class Part:
    """What one subgraph declares of one object type.

    `own` fields are resolved here; `external` are declared but not resolved; `overridden` are
    still declared though another subgraph has taken them over.
    """

    own: dict[str, str] = field(default_factory=dict)
    external: set[str] = field(default_factory=set)
    overridden: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    """Fields of which it depends on a label whether they are resolved here, and the label."""
    keys: list[str] = field(default_factory=list)
    resolvable: bool = True
    provides: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class SubgraphPlan:
    """What one subgraph declares: parts of object types and root fields."""

    name: str
    parts: dict[str, Part] = field(default_factory=dict)
    abstract: set[str] = field(default_factory=set)
    members: dict[str, set[str]] = field(default_factory=dict)
    """The members of unions of which this subgraph does not know all."""
    interface_keys: set[str] = field(default_factory=set)
    interface_object: str | None = None
    extensions: dict[str, FieldSpec] = field(default_factory=dict)
    external: set[str] = field(default_factory=set)
    """Fields of the interface object that another subgraph's contributes."""
    queries: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    """Field name to (SDL signature, named type, shared)."""
    mutations: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Partition:
    """All subgraphs of a case, and the fields hidden from the public schema.

    `labels` are those of progressive overrides; `on` says which of them are on at present.
    """

    world: World
    subgraphs: dict[str, SubgraphPlan]
    hidden: set[tuple[str, str]] = field(default_factory=set)
    labels: list[str] = field(default_factory=list)
    on: dict[str, bool] = field(default_factory=dict)


def random_partition(world: World) -> Partition:
    """Divide a world; the result always composes and is always satisfiable."""
    random = Random(world.seed ^ 0x5EED)
    names = ["a", "b", "c", "d"][: random.randint(2, 4)]
    partition = Partition(world, {name: SubgraphPlan(name) for name in names})
    for spec in world.entities():
        _assign_fields(partition, random, spec)
    _declare_required(partition)
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
        if item.name in KEY_FIELDS or item.requires:
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
    label = ""
    if random.random() < 0.5:
        label = f"l{len(partition.labels)}"
        partition.labels.append(label)
        partition.subgraphs[owner].parts[spec.name].labels[item.name] = label
        part.labels[item.name] = label
        label = f', label: "{label}"'
    part.own[item.name] = f'@override(from: "{owner}"{label})'


def _assign_requiring(
    partition: Partition, random: Random, spec: ObjectSpec, item: FieldSpec
) -> None:
    required = top_names(item.requires)
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
    part.external |= required - KEY_FIELDS
    part.own[item.name] = f'@requires(fields: "{" ".join(item.requires)}")'


def _declare_required(partition: Partition) -> None:
    """Declare, as external, what requirements select below entities' fields."""
    for plan in partition.subgraphs.values():
        for name, part in list(plan.parts.items()):
            fields = partition.world.objects[name].fields
            for declared in part.own:
                for text in fields[declared].requires:
                    for node in field_set(text).selections:
                        assert isinstance(node, FieldNode)
                        if node.selection_set is not None:
                            target = fields[node.name.value].type.named
                            _declare_below(partition, plan, target, node)


def _declare_below(
    partition: Partition, plan: SubgraphPlan, target: str, node: FieldNode | InlineFragmentNode
) -> None:
    assert node.selection_set is not None
    for below in node.selection_set.selections:
        if isinstance(below, InlineFragmentNode):
            assert below.type_condition is not None
            _declare_below(partition, plan, below.type_condition.name.value, below)
            continue
        assert isinstance(below, FieldNode)
        name = below.name.value
        part = plan.parts.setdefault(target, Part())
        known = {*part.own, *part.overridden, *KEY_FIELDS}
        if partition.world.objects[target].is_entity and name not in known:
            part.external.add(name)


def _add_roots(partition: Partition, random: Random) -> None:
    world = partition.world
    names = list(partition.subgraphs)
    for target in [*(spec.name for spec in world.entities()), *world.interfaces, *world.unions]:
        if target == "P0":
            continue
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
    for index in range(random.randint(0, 2)):
        plan = partition.subgraphs[random.choice(names)]
        target = random.choice([*(spec.name for spec in world.entities()), *world.interfaces])
        plan.subscriptions[f"on{index}"] = target
        _touch(partition, plan, target)


def _touch(
    partition: Partition, plan: SubgraphPlan, target: str, members: tuple[str, ...] = ()
) -> None:
    """Make sure that a subgraph which returns a type declares it (and what it may be)."""
    world = partition.world
    if target in world.interfaces or target in world.unions:
        plan.abstract.add(target)
    if members:
        plan.members.setdefault(target, set()).update(members)
    for concrete in members or world.concrete(target):
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
                    _touch(partition, plan, target, spec.fields[declared].members)
        for name, part in list(plan.parts.items()):
            spec = world.objects[name]
            if spec.is_entity and not part.keys:
                _choose_keys(random, spec, part)
            if any("ref" in key for key in part.keys):
                below = spec.fields["ref"].type.named
                plan.parts[below] = Part(
                    own=dict.fromkeys(world.objects[below].fields, "@shareable")
                )


def _choose_keys(random: Random, spec: ObjectSpec, part: Part) -> None:
    count = random.randint(1, len(spec.keys))
    part.keys = sorted(random.sample(spec.keys, count), key=spec.keys.index)
    if spec.interface is not None and "id" not in part.keys:
        part.keys.insert(0, "id")
    contributes = part.own or part.external or part.labels
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
                if random.random() > 0.3 or "@override" in part.own[declared]:
                    continue
                item = spec.fields[declared]
                named = item.type.named
                texts = []
                for target in item.members or world.concrete(named):
                    if target not in world.objects or not world.objects[target].is_entity:
                        continue
                    chosen = _provided(partition, random, plan, target)
                    text = " ".join(chosen)
                    if chosen:
                        texts.append(text if target == named else f"... on {target} {{ {text} }}")
                if texts and _may_merge(world, texts, named):
                    part.provides[declared] = tuple(texts)
                    for target, names in _provided_fields(texts, named):
                        plan.parts[target].external |= names
                        _share(partition, target, tuple(sorted(names)))


def _provided(
    partition: Partition, random: Random, plan: SubgraphPlan, target: str
) -> tuple[str, ...]:
    """Some fields of an entity that a subgraph might provide, being unable to resolve them."""
    world = partition.world
    there = plan.parts[target]
    free = [
        item.name
        for item in world.objects[target].fields.values()
        if item.name not in KEY_FIELDS
        and not item.requires
        and item.argument is None
        and not item.members
        and item.type.named not in world.objects
        and item.type.named not in world.interfaces
        and item.type.named not in world.unions
        and item.name not in there.own
        and item.name not in there.overridden
        and not any(item.name in part.labels for part in _parts(partition, target))
    ]
    return tuple(random.sample(free, min(len(free), random.randint(1, 2))))


def _parts(partition: Partition, type_name: str) -> list[Part]:
    return [
        plan.parts[type_name] for plan in partition.subgraphs.values() if type_name in plan.parts
    ]


def _provided_fields(texts: list[str], named: str) -> list[tuple[str, set[str]]]:
    found = []
    for text in texts:
        for node in field_set(text).selections:
            if isinstance(node, InlineFragmentNode):
                assert node.type_condition is not None
                below = node.selection_set.selections
                names = {each.name.value for each in below if isinstance(each, FieldNode)}
                found.append((node.type_condition.name.value, names))
            elif isinstance(node, FieldNode):
                found.append((named, {node.name.value}))
    return found


def _may_merge(world: World, texts: list[str], named: str) -> bool:
    """Whether equal names in a field set have equal types, as one operation asks for."""
    types: dict[str, str] = {}
    for target, names in _provided_fields(texts, named):
        for name in names:
            text = world.objects[target].fields[name].type.text
            if types.setdefault(name, text) != text:
                return False
    return True


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
    if random.random() < 0.4:
        other = SubgraphPlan("io2", interface_object="I0")
        other.external = {"x0"}
        other.extensions["y0"] = FieldSpec("y0", TypeRef("Int", "Int"), requires=("x0",))
        if random.random() < 0.5:
            other.queries["io2I0"] = ("io2I0: [I0!]!", "I0", False)
        partition.subgraphs["io2"] = other


def _hide(partition: Partition, random: Random) -> None:
    interface_fields = {
        name for fields in partition.world.interface_fields.values() for name in fields
    }
    for spec in partition.world.entities():
        for name in spec.fields:
            if name not in {*KEY_FIELDS, *interface_fields} and random.random() < 0.06:
                partition.hidden.add((spec.name, name))
