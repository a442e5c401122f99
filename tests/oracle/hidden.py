"""What clients of the graph do not see, though subgraphs have it and require it."""

from __future__ import annotations

from random import Random

from tests.oracle.model import KEY_FIELDS
from tests.oracle.parts import Partition


def hide(partition: Partition, random: Random) -> None:
    interface_fields = {
        name for fields in partition.world.interface_fields.values() for name in fields
    }
    for spec in partition.world.entities():
        for name in spec.fields:
            if name not in {*KEY_FIELDS, *interface_fields} and random.random() < 0.06:
                partition.hidden.add((spec.name, name))
    for spec in partition.world.objects.values():
        if spec.name.startswith("V") and random.random() < 0.25:
            _hide_type(partition, spec.name)


def _hide_type(partition: Partition, name: str) -> None:
    """Hide a type of value objects, and so every field that has it."""
    partition.hidden_types.add(name)
    for spec in partition.world.entities():
        partition.hidden |= {
            (spec.name, item.name) for item in spec.fields.values() if item.type.named == name
        }
