"""Fields that a subgraph provides along some paths only, at several depths."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from tests.oracle.model import KEY_FIELDS, QUERY, FieldSpec, World, field_set, top_names
from tests.oracle.parts import Part, Partition, SubgraphPlan
from tests.oracle.requirements import declare_external

DEEPEST = 3


def add_provisions(partition: Partition, random: Random) -> None:
    """Let some fields of entities provide what is external below them."""
    world = partition.world
    for plan in partition.subgraphs.values():
        for name, part in list(plan.parts.items()):
            spec = world.objects[name]
            if not spec.is_entity:
                continue
            for declared in list(part.own):
                if random.random() > 0.3 or "@override" in part.own[declared]:
                    continue
                item = spec.fields[declared]
                texts = _provided_below(partition, random, plan, item, 1, external=False)
                if texts:
                    part.provides[declared] = tuple(texts)
                    _declare(partition, plan, item.type.named, field_set(" ".join(texts)))


def _provided_below(
    partition: Partition,
    random: Random,
    plan: SubgraphPlan,
    item: FieldSpec,
    depth: int,
    *,
    external: bool,
) -> list[str]:
    """Field sets of a field's type that a subgraph might provide below it; none if none merge.

    `external` says whether the field itself is.
    """
    world, named = partition.world, item.type.named
    if named == QUERY:
        return []
    texts = []
    common = world.interface_fields.get(named, ())
    # An interface's own field cannot be external, so that only what is below an external field can
    # select it.
    if common and external and random.random() < 0.5:
        texts = [random.choice(common)]
        if not all(_is_free(partition, plan, each, texts[0]) for each in world.concrete(named)):
            texts = []
    for target in item.members or world.concrete(named):
        if target not in world.objects or not world.objects[target].is_entity:
            continue
        text = " ".join(_chosen(partition, random, plan, target, depth))
        if text:
            texts.append(text if target == named else f"... on {target} {{ {text} }}")
    return texts if _may_merge(world, named, texts) else []


def _chosen(
    partition: Partition, random: Random, plan: SubgraphPlan, target: str, depth: int
) -> list[str]:
    world = partition.world
    leaves, composites = [], []
    for item in world.objects[target].fields.values():
        if _is_free(partition, plan, target, item.name):
            leaves += [item.name] if world.is_leaf(item.type.named) else []
        if depth < DEEPEST and not world.is_leaf(item.type.named):
            composites.append(item)
    found = random.sample(leaves, min(len(leaves), random.randint(1, 2)))
    for item in random.sample(composites, min(len(composites), 1)):
        there = plan.parts.get(target, Part())
        own = item.name in there.own and item.name not in there.labels
        if own or _is_free(partition, plan, target, item.name):
            below = _provided_below(partition, random, plan, item, depth + 1, external=not own)
            if not below and not own and item.type.named in world.objects:
                # Nothing of it is external itself; the field that leads there is.
                plain = sorted(_plain_fields(world, plan, item.type.named))
                below = [random.choice(plain)] if plain else []
            if below and not item.requires and item.argument is None:
                found.append(f"{item.name} {{ {' '.join(below)} }}")
    return found


def _plain_fields(world: World, plan: SubgraphPlan, type_name: str) -> Iterator[str]:
    """Leaves of a type that the subgraph has although it could not resolve anything of it."""
    if not world.objects[type_name].is_entity:
        yield from world.objects[type_name].fields
    elif "id" in top_names(plan.parts.get(type_name, Part()).keys):
        yield "id"


def _is_free(partition: Partition, plan: SubgraphPlan, target: str, name: str) -> bool:
    """Whether a subgraph may provide a field, being unable to resolve it."""
    item = partition.world.objects[target].fields[name]
    there = plan.parts.get(target, Part())
    parts = [each.parts[target] for each in partition.subgraphs.values() if target in each.parts]
    return (
        name not in KEY_FIELDS
        and not item.requires
        and not item.context
        and item.argument is None
        and not item.members
        and item.type.named != QUERY
        and name not in there.own
        and name not in there.overridden
        and not any(name in part.labels for part in parts)
    )


def _declare(
    partition: Partition, plan: SubgraphPlan, named: str, selections: SelectionSetNode
) -> None:
    """Declare what is provided, and let its owners share it."""
    world = partition.world
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            assert node.type_condition is not None
            _declare(partition, plan, node.type_condition.name.value, node.selection_set)
            continue
        assert isinstance(node, FieldNode)
        for concrete in world.concrete(named):
            name = node.name.value
            declare_external(partition, plan, concrete, name)
            if name in plan.parts[concrete].external:
                _share(partition, concrete, name)
            if node.selection_set is not None:
                below = world.objects[concrete].fields[name].type.named
                _declare(partition, plan, below, node.selection_set)


def _may_merge(world: World, named: str, texts: list[str]) -> bool:
    """Whether equal names at the top of field sets have equal types, as one operation asks for."""
    found: dict[str, str] = {}
    for node in field_set(" ".join(texts)).selections if texts else ():
        on, nodes = named, [node]
        if isinstance(node, InlineFragmentNode):
            assert node.type_condition is not None
            on, nodes = node.type_condition.name.value, list(node.selection_set.selections)
        for each in nodes:
            assert isinstance(each, FieldNode)
            name = each.name.value
            text = world.objects[world.concrete(on)[0]].fields[name].type.text
            # What stands below two fields of one name would have to merge as well.
            if found.setdefault(name, text) != text or (each.selection_set and len(texts) > 1):
                return False
    return True


def _share(partition: Partition, type_name: str, name: str) -> None:
    """A field that one subgraph provides has to be shareable where others resolve it."""
    for plan in partition.subgraphs.values():
        own = plan.parts.get(type_name, Part()).own
        if name in own and "@shareable" not in own[name]:
            own[name] = f"{own[name]} @shareable".strip()
