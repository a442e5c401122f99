"""Which types each subgraph has to declare, and by which keys it is entered."""

from __future__ import annotations

from random import Random

from tests.oracle.model import FieldSpec, ObjectSpec, TypeRef, World, top_names
from tests.oracle.parts import Part, Partition, SubgraphPlan, touch


def close(partition: Partition, random: Random) -> None:
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
                for declared in sorted(part.declared):
                    target = spec.fields[declared].type.named
                    touch(partition, plan, target, spec.fields[declared].members)
        for name, part in list(plan.parts.items()):
            spec = world.objects[name]
            if spec.is_entity and not part.keys:
                choose_keys(random, spec, part)
            for key in top_names(part.keys):
                below = spec.fields[key].type.named
                if below in world.objects:
                    every = dict.fromkeys(world.objects[below].fields, "@shareable")
                    plan.parts[below] = Part(own=every)


def choose_keys(random: Random, spec: ObjectSpec, part: Part) -> None:
    count = random.randint(1, len(spec.keys))
    part.keys = sorted(random.sample(spec.keys, count), key=spec.keys.index)
    if spec.interface is not None and "id" not in part.keys:
        part.keys.insert(0, "id")
    if len(part.keys) > 1 and random.random() < 0.3:
        part.unresolvable = {random.choice(part.keys)}
    contributes = part.own or part.external or part.labels
    if not contributes and random.random() < 0.3:
        part.resolvable = False
        part.keys = part.keys[:1]
        part.unresolvable = set()


def split_key(partition: Partition, random: Random) -> None:
    """Let a subgraph be entered only by a key of two fields, which two others have.

    Only one whose own fields never lead to the type: it could not be left by that key.
    """
    world, plans = partition.world, partition.subgraphs
    for spec in world.entities():
        keyed = [
            plan
            for plan in plans.values()
            if spec.name in plan.parts
            and plan.parts[spec.name].own
            and any(_is_home(spec, each) for each in plans.values() if each is not plan)
            and spec.interface not in plan.abstract
            and not any(spec.name in world.concrete(name) for name in _returned(world, plan))
        ]
        holders = [plan for plan in plans.values() if _entered_by_id(plan.parts.get(spec.name))]
        if not keyed or random.random() < 0.5:
            continue
        entered = random.choice(keyed)
        others = [plan for plan in holders if plan is not entered]
        if len(others) > 1:
            _split(partition, random, spec, entered, random.sample(others, 2))


def _is_home(spec: ObjectSpec, plan: SubgraphPlan) -> bool:
    """Whether a subgraph has, and can be entered by, every key of a type."""
    part = plan.parts.get(spec.name, Part())
    return part.keys == list(spec.keys) and part.resolvable and not part.unresolvable


def _entered_by_id(part: Part | None) -> bool:
    return part is None or (part.resolvable and "id" in part.keys and "id" not in part.unresolvable)


def _returned(world: World, plan: SubgraphPlan) -> set[str]:
    """The types of all fields that a subgraph declares."""
    fields = {
        world.objects[name].fields[each].type.named
        for name, part in plan.parts.items()
        for each in part.declared
    }
    roots = {target for _, target, _ in plan.queries.values()}
    return fields | roots | {*plan.mutations.values(), *plan.subscriptions.values()}


def _split(
    partition: Partition,
    random: Random,
    spec: ObjectSpec,
    entered: SubgraphPlan,
    holders: list[SubgraphPlan],
) -> None:
    world = partition.world
    spec.fields["ka"] = FieldSpec("ka", TypeRef("ID", "ID!"), nullable=False)
    spec.fields["kb"] = FieldSpec("kb", TypeRef("ID", "ID!"), nullable=False)
    key = "ka kb"
    if random.random() < 0.5:
        below = ObjectSpec(f"KB{spec.name}")
        below.fields["no"] = FieldSpec("no", TypeRef("ID", "ID!"), nullable=False)
        world.objects[below.name] = below
        spec.fields["kb"] = FieldSpec("kb", TypeRef(below.name, f"{below.name}!"), nullable=False)
        key = "ka kb { no }"
        for plan in (entered, holders[1]):
            plan.parts[below.name] = Part(own={"no": "@shareable"})
    there = entered.parts[spec.name]
    there.keys, there.unresolvable = [key], set()
    if any(spec.fields[name].requires for name in there.own) or random.random() < 0.5:
        # What is required has to be found from there as well.
        there.keys, there.unresolvable = [key, "id"], {"id"}
    for plan, name in zip(holders, ("ka", "kb"), strict=True):
        part = plan.parts.setdefault(spec.name, Part(keys=["id"]))
        part.own[name] = "@shareable"
