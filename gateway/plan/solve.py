"""The position-local cover: place every demand of a position with the fewest further fetches.

Demands share a fetch only where they stand at the same place of the answer, so a plan is a tree of
small covering problems, one for each position, solved bottom-up and remembered. At a position the
search opens units (fetches of the position's objects in some subgraph) one after another. A unit
may use, for its keys and for what its fields require, everything opened before it; that rules
circular requirements out and makes chains of requirements a matter of order alone.

The cost is a bit mask of (stage, subgraph): fetches of one subgraph at one stage will be batched
into one request, so the union of masks counts requests, also across positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gateway.plan.answers import AnswerTable
from gateway.plan.budget import Spending
from gateway.plan.cover import Cover
from gateway.plan.locations import Live, Place, Way
from gateway.plan.operation import PositionBuilder
from gateway.plan.positions import DeferredPart, Demand, Position, TypeClass
from gateway.plan.schema import PlannerSchema, Step, Vertex
from gateway.plan.solution import Solution
from gateway.supergraph.model import FieldSet


class CannotDeferError(Exception):
    """A deferred part has to be answered at once; `source` identifies its fragment."""

    def __init__(self, source: int) -> None:
        super().__init__(source)
        self.source = source


def _without_known(content: Position, primary: Position) -> Position:
    """A deferred part without the leaves that the first payload fetches anyway."""
    classes = []
    for each in content.classes:
        known: set[tuple[str, str]] | None = None
        for name in each.types:
            # The primary part may have been narrowed to fewer types.
            group = primary.find(name)
            demands = () if group is None else group.demands
            own = {d.identity for d in demands if d.when is None and d.child is None}
            known = own if known is None else known & own
        kept = tuple(d for d in each.demands if d.identity not in (known or ()))
        classes.append(replace(each, demands=kept))
    return Position(content.type_name, tuple(classes), content.deferred)


class Solver:
    """Solves positions of one operation; equal (position, entries) are solved once."""

    def __init__(
        self,
        schema: PlannerSchema,
        spending: Spending,
        requirements: PositionBuilder,
        order: tuple[str, ...],
    ) -> None:
        """`order` is that in which subgraphs are tried; of equal ways the first is taken."""
        self.schema = schema
        self.spending = spending
        self.order = order
        self._requirements = requirements
        self._known: dict[tuple[int, tuple[int, ...]], Solution | None] = {}
        self._active: dict[tuple[int, tuple[int, ...]], int] = {}
        self._lowest_cut = 1 << 30
        self._kept: list[object] = []
        self._required: dict[tuple[str, str], Position] = {}
        self._free_ways: dict[int, Way] = {}
        self._answer_tables: dict[tuple[str, tuple[str, ...]], AnswerTable] = {}

    def solve(
        self,
        position: Position,
        entries: Sequence[Vertex],
        *,
        single: bool = False,
        closed: bool = False,
    ) -> Solution | None:
        """The cheapest way to meet all demands, or None if there is none.

        `single` refuses to ask more than one subgraph for the same field (mutations). `closed`
        takes nothing but keys and requirements from the entries (deferred parts).
        """
        mode = -1 - single - 2 * closed
        key = (id(position), (*(vertex.id for vertex in entries), mode))
        if key in self._known:
            return self._known[key]
        if key in self._active:
            # A requirement that needs itself: not this way. What depends on that is not remembered.
            self._lowest_cut = min(self._lowest_cut, self._active[key])
            return None
        self.spending.position()
        level = len(self._active)
        self._active[key] = level
        outer, self._lowest_cut = self._lowest_cut, 1 << 30
        try:
            found = Cover(self._place(position, tuple(entries), single, closed)).run()
        finally:
            del self._active[key]
        if found is not None and position.deferred:
            found = self._with_deferred(found)
        if found is not None or self._lowest_cut >= level:
            self._known[key] = found
            self._kept.append(position)
        cut = self._lowest_cut if self._lowest_cut < level else 1 << 30
        self._lowest_cut = min(outer, cut)
        return found

    def _with_deferred(self, solution: Solution) -> Solution:
        """Add solutions for the position's deferred parts.

        Raises:
            CannotDeferError: a part cannot be fetched on its own.
        """
        solved: list[tuple[DeferredPart, Solution]] = []
        for part in solution.position.deferred:
            content = _without_known(part.content, solution.position)
            own = self.solve(content, solution.entries, closed=True)
            if own is None:
                raise CannotDeferError(part.source)
            solved.append((part, own))
        return replace(solution, deferred=tuple(solved))

    def requirement(self, type_name: str, field_set: FieldSet) -> Position:
        """The position of a field set about objects of a concrete type."""
        key = (type_name, field_set.text)
        found = self._required.get(key)
        if found is None:
            found = self._requirements.root(type_name, field_set.selections)
            self._required[key] = found
        return found

    def free_way(self, step: Step) -> Way:
        """The way of a step that needs to be told nothing; one for all who take it."""
        found = self._free_ways.get(id(step))
        if found is None:
            found = self._free_ways[id(step)] = Way(step.target)
        return found

    def answer_table(self, type_name: str, demanded: tuple[str, ...]) -> AnswerTable:
        """What vertices answer of all that demands for these fields of a concrete type may want."""
        key = (type_name, demanded)
        found = self._answer_tables.get(key)
        if found is None:
            found = self._answer_tables[key] = AnswerTable(self.schema, type_name, demanded)
        return found

    def _place(
        self, position: Position, entries: tuple[Vertex, ...], single: bool, closed: bool
    ) -> Place:
        many = len(self.schema.possible(position.type_name)) > 1
        many = many or position.types == (position.type_name,)
        abstract = self.schema.is_abstract(position.type_name) and many
        wants_anything = any(each.selected or each.demands for each in position.classes)
        wants_typename = any(each.wants_typename for each in position.classes)
        return Place(
            solver=self,
            schema=self.schema,
            position=position,
            entries=entries,
            classes=live_classes(self.schema, position, entries),
            abstract=abstract,
            needs_type=abstract
            and (wants_typename or (wants_anything and len(position.classes) > 1)),
            single=single,
            closed=closed,
            graphs=len(self.schema.graph_index),
        )


def live_classes(
    schema: PlannerSchema, position: Position, entries: tuple[Vertex, ...]
) -> tuple[Live, ...]:
    """The position's classes, without types that no entry can hold, split by table profile."""
    live: list[Live] = []
    known: frozenset[str] | None = None
    if entries:
        known = frozenset(name for v in entries for name in v.type.runtime)
    special = [vertex for vertex in entries if vertex.provided]
    for each in position.classes:
        names = frozenset(demand.field for demand in each.demands)
        groups: dict[tuple[object, ...], list[str]] = {}
        for name in each.types:
            if known is not None and name not in known:
                continue
            if len(each.types) == 1:
                groups[()] = [name]
                continue
            held = tuple(name in vertex.type.runtime for vertex in entries)
            steps = tuple(
                _shape(schema.step(vertex, name, demand.field))
                for vertex in special
                for demand in each.demands
            )
            profile = (held, steps, schema.profile(name, names))
            groups.setdefault(profile, []).append(name)
        live += [_live(schema, tuple(group), each, special) for group in groups.values()]
    return tuple(live)


def _live(
    schema: PlannerSchema, types: tuple[str, ...], source: TypeClass, special: list[Vertex]
) -> Live:
    """The class with its leaves grouped by who can answer them."""
    leading: dict[object, Demand] = {}
    followers: dict[int, list[Demand]] = {}
    for demand in source.demands:
        if demand.child is not None or demand.internal:
            leading[id(demand)] = demand
            continue
        steps = tuple(schema.step(each, types[0], demand.field) is None for each in special)
        terms = (schema.terms(types[0], demand.field), demand.abstract, steps)
        first = leading.setdefault(terms, demand)
        if first is not demand:
            followers.setdefault(id(first), []).append(demand)
    grouped = {number: tuple(each) for number, each in followers.items()}
    return Live(types, source, tuple(leading.values()), grouped)


def _shape(step: Step | None) -> int:
    return -1 if step is None else step.target.id if step.target is not None else 0
