"""At a place that several subgraphs could serve, ask only for types that all of them can return.

Where a shared field returns an abstract type whose members differ between subgraphs, which of them
answers is the planner's choice. What a client gets must not depend on that choice: a fragment on an
object type is asked for only if the type is possible in every candidate; of other types nothing but
`__typename` and what was asked of the abstract type itself is answered. Interface objects say
nothing about types, so they are no candidates. With one candidate everything is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gateway.plan.positions import Demand, Position, TypeClass
from gateway.plan.schema import PlannerSchema, top_fields


def intersect_fragments(schema: PlannerSchema, position: Position) -> Position:
    """The operation's root position without fragments that only some candidates can answer."""
    if not schema.contested or not _mentions(position, schema.contested_names):
        return position
    return _Rewrite(schema).position(position, frozenset(schema.subgraphs), None)


def _mentions(position: Position, names: frozenset[str]) -> bool:
    pending = [position]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        pending += [part.content for part in current.deferred]
        for each in current.classes:
            for demand in each.demands:
                if demand.field in names:
                    return True
                if demand.child is not None:
                    pending.append(demand.child)
    return False


class _Rewrite:
    def __init__(self, schema: PlannerSchema) -> None:
        self._schema = schema
        self._known: dict[tuple[object, ...], Position] = {}
        self._kept: list[Position] = []

    def position(
        self, position: Position, graphs: frozenset[str], possible: frozenset[str] | None
    ) -> Position:
        """Rewrite a position that `graphs` may serve; `possible` are the types all of them know."""
        key = (id(position), graphs, possible)
        known = self._known.get(key)
        if known is None:
            self._kept.append(position)
            classes = [
                narrowed
                for each in position.classes
                for narrowed in self._type_classes(each, graphs, possible)
            ]
            deferred = tuple(
                replace(part, content=self.position(part.content, graphs, possible))
                for part in position.deferred
            )
            known = self._known[key] = Position(position.type_name, tuple(classes), deferred)
        return known

    def _type_classes(
        self, each: TypeClass, graphs: frozenset[str], possible: frozenset[str] | None
    ) -> list[TypeClass]:
        inside = tuple(n for n in each.types if possible is None or n in possible)
        outside = tuple(n for n in each.types if n not in inside)
        found = []
        if inside:
            found.append(self._rewritten(inside, each, graphs, each.demands))
        if outside:
            abstract = tuple(demand for demand in each.demands if demand.abstract)
            found.append(self._rewritten(outside, each, graphs, abstract))
        return found

    def _rewritten(
        self,
        types: tuple[str, ...],
        each: TypeClass,
        graphs: frozenset[str],
        demands: Iterable[Demand],
    ) -> TypeClass:
        reachable = self._reachable(types[0], graphs)
        kept = {demand.identity: demand for demand in demands}
        below: dict[int, Position] = {}

        def child(position: Position | None, field: str) -> Position | None:
            if position is None:
                return None
            if id(position) not in below:
                below[id(position)] = self._child(types[0], field, position, reachable)
            return below[id(position)]

        return TypeClass(
            types,
            tuple(
                Demand(
                    d.field,
                    d.arguments,
                    d.argument_nodes,
                    d.when,
                    d.abstract,
                    child(d.child, d.field),
                    d.internal,
                )
                for d in kept.values()
            ),
            tuple(
                type(s)(s.response_key, s.field, s.arguments, s.when, child(s.child, s.field))
                for s in each.selected
                if s.field.startswith("__") or (s.field, s.arguments) in kept
            ),
            each.wants_typename,
        )

    def _child(
        self, type_name: str, field: str, position: Position, graphs: frozenset[str]
    ) -> Position:
        schema = self._schema
        serving = schema.providers(type_name, field) & graphs
        possible: frozenset[str] | None = None
        if len(serving) > 1 and (type_name, field) in schema.contested:
            runtimes = schema.contested[(type_name, field)]
            telling = [runtimes[graph] for graph in sorted(serving) if graph in runtimes]
            possible = frozenset.intersection(*telling) if len(telling) > 1 else None
        return self.position(position, serving or graphs, possible)

    def _reachable(self, type_name: str, graphs: frozenset[str]) -> frozenset[str]:
        """The subgraphs that can be entered from these by keys of the type."""
        found = set(graphs)
        entries = [each for each in self._schema.entries(type_name) if each.graph not in found]
        changed = True
        while changed:
            changed = False
            for entry in entries:
                if entry.graph in found:
                    continue
                names = top_fields(entry.key.selections) if entry.key is not None else []
                if all(self._schema.providers(type_name, name) & found for name in names):
                    found.add(entry.graph)
                    changed = True
        return frozenset(found)
