"""The subgraph whose field takes an argument from an ancestor."""

from __future__ import annotations

from random import Random

from graphql import FieldNode

from tests.oracle.model import CONTEXT_TYPE, field_set
from tests.oracle.parts import Part, Partition
from tests.oracle.requirements import declare_external


def add_context(partition: Partition, random: Random) -> None:
    """Choose the subgraph that resolves the field, and declare there what it takes and from whom."""
    world = partition.world
    if CONTEXT_TYPE not in world.objects:
        return
    spec = next(item for item in world.objects[CONTEXT_TYPE].fields.values() if item.context)
    plan = random.choice(list(partition.subgraphs.values()))
    plan.parts.setdefault(CONTEXT_TYPE, Part()).own[spec.name] = ""
    plan.contexts = set(spec.context)
    for setter, text in spec.context.items():
        (node,) = field_set(text).selections
        assert isinstance(node, FieldNode)
        declare_external(partition, plan, setter, node.name.value)
