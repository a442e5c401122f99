"""Subgraphs that know an interface's implementations only together, as one object."""

from __future__ import annotations

from random import Random

from tests.oracle.model import FieldSpec, TypeRef
from tests.oracle.parts import Partition, SubgraphPlan


def add_interface_object(partition: Partition, random: Random) -> None:
    """A further subgraph that adds fields to all implementations of an interface at once."""
    holders = [plan for plan in partition.subgraphs.values() if "I0" in plan.abstract]
    if not holders or random.random() < 0.5:
        return
    for plan in holders:
        parts = [plan.parts[name] for name in partition.world.interfaces["I0"]]
        if all(
            part.resolvable and "id" in part.keys and "id" not in part.unresolvable
            for part in parts
        ):
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
    common = [
        name
        for name in partition.world.interface_fields.get("I0", ())
        if sum(_has(partition, each, name) for each in holders) > 1
    ]
    if common and random.random() < 0.5:
        # It requires what is a field of each implementation elsewhere.
        needed = random.choice(common)
        plan.external.add(needed)
        plan.extensions["x2"] = FieldSpec("x2", TypeRef("Int", "Int"), requires=(needed,))
    if random.random() < 0.4:
        other = SubgraphPlan("io2", interface_object="I0")
        other.external = {"x0"}
        other.extensions["y0"] = FieldSpec("y0", TypeRef("Int", "Int"), requires=("x0",))
        if random.random() < 0.5:
            other.queries["io2I0"] = ("io2I0: [I0!]!", "I0", False)
        partition.subgraphs["io2"] = other


def _has(partition: Partition, plan: SubgraphPlan, name: str) -> bool:
    """Whether the interface itself has a field in a subgraph."""
    return all(name in plan.parts[each].declared for each in partition.world.interfaces["I0"])
