"""What subgraphs declare of others' fields because they require it."""

from __future__ import annotations

from graphql import FieldNode, InlineFragmentNode

from tests.oracle.model import KEY_FIELDS, field_set
from tests.oracle.parts import Part, Partition, SubgraphPlan


def declare_required(partition: Partition) -> None:
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
        # What is selected of an interface, every implementation has.
        for concrete in partition.world.concrete(target):
            declare_external(partition, plan, concrete, below.name.value)


def declare_external(partition: Partition, plan: SubgraphPlan, type_name: str, name: str) -> None:
    """Declare a field of an entity that the subgraph does not resolve, unless it does."""
    part = plan.parts.setdefault(type_name, Part())
    known = {*part.own, *part.overridden, *KEY_FIELDS}
    if partition.world.objects[type_name].is_entity and name not in known:
        part.external.add(name)
