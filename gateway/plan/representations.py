"""What representations are made of: a key or requirement, read from where it was placed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.plan.fetch_graph import merge_key_fields
from gateway.plan.nodes import KeyField
from gateway.plan.schema import PlannerSchema
from gateway.plan.solution import Placement, Solution
from gateway.plan.wires import WireNames, WirePath


@dataclass(frozen=True, slots=True)
class RepresentationFields:
    """Turns placements of keys and requirements into fields of a representation."""

    schema: PlannerSchema
    wires: WireNames

    def fields(
        self,
        inputs: Iterable[Placement],
        types: tuple[str, ...],
        wire_path: WirePath,
        is_key: bool,
        on: tuple[str, ...] | None = None,
    ) -> tuple[KeyField, ...]:
        found: list[KeyField] = []
        for placement in inputs:
            demand = placement.demand
            source = self.wires.name(wire_path, types[0], demand.field, demand.arguments)
            children: tuple[KeyField, ...] = ()
            if placement.child is not None:
                children = self._nested(placement.child, (*wire_path, source), is_key)
            found.append(KeyField(demand.field, source, children, on, is_key))
        return merge_key_fields(tuple(found))

    def _nested(self, child: Solution, wire_path: WirePath, is_key: bool) -> tuple[KeyField, ...]:
        """The part of a representation that stands at a nested place."""
        found: list[KeyField] = []
        position = child.position
        if self.schema.is_abstract(position.type_name) or any(
            each.wants_typename for each in position.classes
        ):
            found.append(KeyField("__typename", "__typename"))
        placed: dict[int, list[tuple[str, ...]]] = {}
        order: list[Placement] = []
        for each in child.classes:
            for placement in each.placements:
                order.append(placement)
                placed.setdefault(id(placement), []).append(each.types)
        many = len(child.classes) > 1
        for placement in order:
            types = placed[id(placement)][0]
            on = types if many else None
            found += self.fields((placement,), types, wire_path, is_key, on)
        return _unconditional(merge_key_fields(tuple(found)), child)


def _unconditional(fields: tuple[KeyField, ...], child: Solution) -> tuple[KeyField, ...]:
    """Drop type conditions from fields that are the same for all concrete types."""
    if len(child.classes) < 2:
        return fields
    by_content: dict[tuple[str, str, tuple[KeyField, ...], bool], list[str]] = {}
    order: dict[tuple[str, str, tuple[KeyField, ...], bool], KeyField] = {}
    for each in fields:
        content = (each.name, each.source, each.children, each.is_key)
        by_content.setdefault(content, []).extend(each.on or ())
        order.setdefault(content, each)
    everything = {name for each in child.classes for name in each.types}
    return tuple(
        each
        if each.on is None
        else KeyField(
            each.name,
            each.source,
            each.children,
            None if set(by_content[content]) == everything else tuple(by_content[content]),
            each.is_key,
        )
        for content, each in order.items()
    )
