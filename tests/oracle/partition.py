"""Divides a world among subgraphs, in every way that Federation offers."""

from __future__ import annotations

from random import Random

from tests.oracle.contexts import add_context
from tests.oracle.hidden import hide
from tests.oracle.interface_objects import add_interface_object
from tests.oracle.keys import close, split_key
from tests.oracle.model import KEY_FIELDS, FieldSpec, ObjectSpec, World, top_names
from tests.oracle.parts import Part, Partition, SubgraphPlan
from tests.oracle.provisions import add_provisions
from tests.oracle.requirements import declare_required
from tests.oracle.roots import add_roots


def random_partition(world: World) -> Partition:
    """Divide a world; the result always composes and is always satisfiable."""
    random = Random(world.seed ^ 0x5EED)
    names = ["a", "b", "c", "d"][: random.randint(2, 4)]
    partition = Partition(world, {name: SubgraphPlan(name) for name in names})
    for spec in world.entities():
        _assign_fields(partition, random, spec)
    declare_required(partition)
    add_context(partition, random)
    add_roots(partition, random)
    close(partition, random)
    add_provisions(partition, random)
    close(partition, random)
    split_key(partition, random)
    add_interface_object(partition, random)
    hide(partition, random)
    return partition


def _assign_fields(partition: Partition, random: Random, spec: ObjectSpec) -> None:
    names = list(partition.subgraphs)
    home = random.choice(names)
    part = partition.subgraphs[home].parts.setdefault(spec.name, Part())
    # The home has every key, so that whoever knows one key can get the others there.
    part.keys = list(spec.keys)
    for item in spec.fields.values():
        if item.name in KEY_FIELDS or item.requires or item.context:
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
    # What a context gives gets no label: other composers refuse that.
    if random.random() < 0.5 and not item.name.startswith("h"):
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
