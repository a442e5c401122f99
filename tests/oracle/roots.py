"""Root fields: shared, in namespaces, of mutations with payloads, and reached again below."""

from __future__ import annotations

from random import Random

from tests.oracle.model import CONTEXT_TYPE, QUERY, FieldSpec, TypeRef
from tests.oracle.parts import Part, Partition, touch


def add_roots(partition: Partition, random: Random) -> None:
    world = partition.world
    names = list(partition.subgraphs)
    entities = [spec.name for spec in world.entities() if spec.name != CONTEXT_TYPE]
    in_namespaces = random.random() < 0.3
    for target in [*entities, *world.interfaces, *world.unions]:
        if target == "P0":
            continue
        shared = random.random() < 0.2
        for owner in random.sample(names, 2 if shared else 1):
            plan = partition.subgraphs[owner]
            lower = target.lower()
            plan.queries[f"all{target}"] = (f"all{target}: [{target}!]!", target, shared)
            if target in world.objects:
                plan.queries[lower] = (f"{lower}(id: ID!): {target}", target, shared)
            touch(partition, plan, target)
        if in_namespaces and random.random() < 0.5:
            partition.namespaced |= {f"all{target}", target.lower()}
    for index in range(random.randint(0, 3)):
        plan = partition.subgraphs[random.choice(names)]
        target = random.choice(entities)
        plan.mutations[f"m{index}"] = target
        if random.random() < 0.4:
            plan.payloads.add(f"m{index}")
        touch(partition, plan, target)
    for index in range(random.randint(0, 2)):
        plan = partition.subgraphs[random.choice(names)]
        target = random.choice([*entities, *world.interfaces])
        plan.subscriptions[f"on{index}"] = target
        touch(partition, plan, target)
    _add_query_below(partition, random)


def _add_query_below(partition: Partition, random: Random) -> None:
    """An entity's field that leads back to the root."""
    plan = random.choice([each for each in partition.subgraphs.values() if each.queries])
    if random.random() < 0.25:
        spec = random.choice(partition.world.entities())
        spec.fields["top"] = FieldSpec("top", TypeRef(QUERY, random.choice([QUERY, f"{QUERY}!"])))
        plan.parts.setdefault(spec.name, Part()).own["top"] = ""
