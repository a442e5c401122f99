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

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gateway.plan.budget import Spending
from gateway.plan.operation import PositionBuilder
from gateway.plan.positions import DeferredPart, Demand, Position, TypeClass
from gateway.plan.rules import violates_joint_rule
from gateway.plan.schema import Entry, PlannerSchema, Step, Vertex, top_fields
from gateway.plan.solution import Entrance, Placement, Solution, SolvedClass, Unit
from gateway.supergraph.model import ContextArgument, FieldSet

MAX_UNITS = 12
MAX_SPLIT = 3


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """One location that can answer a field: where it leads, and what it must be told first."""

    target: Vertex | None
    inputs: tuple[Placement, ...]
    contexts: tuple[ContextArgument, ...]
    depth: int
    mask: int


_Option = tuple[Placement, int, int]
"""A placement, the stage at which all below it is answered, and the requests that takes."""


@dataclass(slots=True, eq=False)
class _Location:
    """An entry or unit, seen by each class; `depth` is the stage at which it is answered."""

    vertices: tuple[Vertex | None, ...]
    depth: int
    untyped: bool
    before: tuple[_Location, ...] = ()
    unit: Unit | None = None
    mask: int = 0
    ways: dict[tuple[int, int], _Way | None] = field(default_factory=dict)
    obtained: dict[tuple[int, int], _Obtained | None] = field(default_factory=dict)
    alone: dict[tuple[int, int], _Option | None] = field(default_factory=dict)
    answers: dict[tuple[int, str], bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Obtained:
    """A key or requirement: where each of its fields comes from, and by when."""

    placements: tuple[Placement, ...]
    depth: int
    mask: int


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Locations opened so far, and whether the concrete types of objects are known by now."""

    locations: tuple[_Location, ...]
    typed: bool
    mask: int
    units: int
    options: dict[tuple[int, int], list[_Option]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Live:
    """Concrete types of the position that are planned together; the first stands for all."""

    types: tuple[str, ...]
    source: TypeClass

    @property
    def representative(self) -> str:
        return self.types[0]


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
            demands = primary.of(name).demands
            own = {d.identity for d in demands if d.when is None and d.child is None}
            known = own if known is None else known & own
        kept = tuple(d for d in each.demands if d.identity not in (known or ()))
        classes.append(replace(each, demands=kept))
    return Position(content.type_name, tuple(classes), content.deferred)


class Solver:
    """Solves positions of one operation; equal (position, entries) are solved once."""

    def __init__(
        self, schema: PlannerSchema, spending: Spending, requirements: PositionBuilder
    ) -> None:
        self.schema = schema
        self.spending = spending
        self._requirements = requirements
        self._known: dict[tuple[int, tuple[int, ...]], Solution | None] = {}
        self._active: dict[tuple[int, tuple[int, ...]], int] = {}
        self._lowest_cut = 1 << 30
        self._kept: list[object] = []

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
            found = _Search(self, position, tuple(entries), single, closed).run()
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
        return self._requirements.root(type_name, field_set.selections)


class _Search:
    """The search at one position."""

    def __init__(
        self,
        solver: Solver,
        position: Position,
        entries: tuple[Vertex, ...],
        single: bool,
        closed: bool,
    ) -> None:
        self._solver = solver
        self._schema = solver.schema
        self._graphs = len(solver.schema.graph_index)
        self._position = position
        self._entries = entries
        self._single = single
        self._closed = closed
        self._classes = self._live_classes()
        many = len(solver.schema.possible(position.type_name)) > 1
        many = many or position.types == (position.type_name,)
        self._abstract = solver.schema.is_abstract(position.type_name) and many
        self._needs_type = self._abstract and (
            sum(1 for each in position.classes if each.selected or each.demands) > 0
            and (len(position.classes) > 1 or any(c.wants_typename for c in position.classes))
        )
        self._best: tuple[tuple[int, int, int], Solution] | None = None
        self._relevant: dict[tuple[int, int], tuple[frozenset[str], frozenset[str]]] = {}
        self._wanted: list[list[str]] | None = None

    # --- the classes ------------------------------------------------------------------------------

    def _live_classes(self) -> tuple[_Live, ...]:
        """The position's classes, without types that no entry can hold, split by table profile."""
        schema = self._schema
        live: list[_Live] = []
        known: frozenset[str] | None = None
        if self._entries:
            known = frozenset(name for v in self._entries for name in v.type.runtime)
        special = [vertex for vertex in self._entries if vertex.provided]
        for each in self._position.classes:
            names = frozenset(demand.field for demand in each.demands)
            groups: dict[tuple[object, ...], list[str]] = {}
            for name in each.types:
                if known is not None and name not in known:
                    continue
                if len(each.types) == 1:
                    groups[()] = [name]
                    continue
                held = tuple(name in vertex.type.runtime for vertex in self._entries)
                steps = tuple(
                    self._shape(schema.step(vertex, name, demand.field))
                    for vertex in special
                    for demand in each.demands
                )
                profile = (held, steps, schema.profile(name, names))
                groups.setdefault(profile, []).append(name)
            live += [_Live(tuple(group), each) for group in groups.values()]
        return tuple(live)

    @staticmethod
    def _shape(step: Step | None) -> int:
        return -1 if step is None else step.target.id if step.target is not None else 0

    # --- the search -------------------------------------------------------------------------------

    def run(self) -> Solution | None:
        start = self._start()
        self._consider(start)
        if self._best is not None and self._best[0][0] == 0:
            return self._best[1]
        order = 0
        frontier: list[tuple[int, int, int, _State]] = []
        heapq.heappush(frontier, (self._bound(start), 0, order, start))
        seen: set[tuple[object, ...]] = set()
        while frontier:
            bound, _depth, _order, state = heapq.heappop(frontier)
            if self._best is not None and bound >= self._best[0][0]:
                break
            if not self._solver.spending.node() and self._best is not None:
                break
            if state.units >= MAX_UNITS:
                continue
            for following in self._expand(state):
                signature = self._signature(following)
                if signature in seen:
                    continue
                seen.add(signature)
                self._consider(following)
                bound = self._bound(following)
                if self._best is None or bound < self._best[0][0]:
                    order += 1
                    depth = following.locations[-1].depth
                    heapq.heappush(frontier, (bound, depth, order, following))
        return self._best[1] if self._best is not None else None

    def _start(self) -> _State:
        typed = not self._abstract or any(vertex.trusted for vertex in self._entries)
        locations = tuple(
            _Location(
                tuple(
                    vertex if each.representative in vertex.type.runtime else None
                    for each in self._classes
                ),
                depth=0,
                untyped=self._abstract and not vertex.trusted and not typed,
            )
            for vertex in self._entries
        )
        if self._abstract and self._position.types == (self._position.type_name,):
            typed = False
        return _State(locations, typed, 0, 0)

    def _signature(self, state: _State) -> tuple[object, ...]:
        """States with equal signatures can do the same from here on."""
        parts = []
        for location in state.locations[len(self._entries) :]:
            able = tuple(
                (index, name)
                for index, wanted in enumerate(self._wanted_fields())
                for name in wanted
                if self._answers(location, index, name)
            )
            parts.append((location.unit.graph if location.unit is not None else "", able))
        return (state.typed, *sorted(parts))

    def _wanted_fields(self) -> list[list[str]]:
        """By class, every field that a demand, or a key or requirement on its way, may want."""
        if self._wanted is None:
            self._wanted = []
            for index, each in enumerate(self._classes):
                names: set[str] = set()
                for demand in each.source.demands:
                    self._closure(index, demand)
                    names |= self._relevant[(index, id(demand))][1]
                self._wanted.append(sorted(names))
        return self._wanted

    def _bound(self, state: _State) -> int:
        """At least this many requests: those opened, and one for each disjoint set of providers."""
        further: list[frozenset[str]] = []
        certain = state.mask
        for index, each in enumerate(self._classes):
            held = {
                vertex.graph
                for location in state.locations
                if (vertex := location.vertices[index]) is not None
            }
            for demand in each.source.demands:
                options = self._options(state, index, demand)
                graphs = self._schema.providers(each.representative, demand.field)
                if not options:
                    if all(graphs.isdisjoint(other) for other in further):
                        further.append(graphs)
                elif demand.child is not None and graphs <= held:
                    shared = options[0][2]
                    for _placement, _depth, mask in options[1:]:
                        shared &= mask
                    certain |= shared
        opened = certain.bit_count()
        if not further and self._needs_type and not state.typed:
            return opened + 1
        return max(opened, state.mask.bit_count() + len(further))

    def _expand(self, state: _State) -> list[_State]:
        """The states with one more unit that can help with what is missing or expensive."""
        target = self._most_constrained(state)
        graphs: frozenset[str] = frozenset()
        if target is None and (self._needs_type and not state.typed):
            graphs = frozenset(
                entry.graph for entry in self._schema.untyped_entries(self._position.type_name)
            )
            for index, each in enumerate(self._classes):
                for demand in each.source.demands:
                    graphs |= self._closure(index, demand)
        elif target is not None:
            graphs = self._closure(*target)
            if not state.typed:
                name = self._position.type_name
                graphs |= {entry.graph for entry in self._schema.untyped_entries(name)}
        else:
            for index, each in enumerate(self._classes):
                for demand in each.source.demands:
                    if demand.child is not None and self._is_expensive(state, index, demand):
                        graphs |= self._closure(index, demand)
        following = []
        for graph in self._schema.graph_index:
            if graph in graphs:
                opened = self._open(state, graph)
                if opened is not None:
                    following.append(opened)
        return following

    def _most_constrained(self, state: _State) -> tuple[int, Demand] | None:
        best: tuple[int, int, Demand] | None = None
        for index, each in enumerate(self._classes):
            for demand in each.source.demands:
                if not self._options(state, index, demand):
                    size = len(self._closure(index, demand))
                    if best is None or size < best[0]:
                        best = (size, index, demand)
        return None if best is None else best[1:]

    def _is_expensive(self, state: _State, index: int, demand: Demand) -> bool:
        options = self._options(state, index, demand)
        return all(mask != 0 for _placement, _depth, mask in options)

    def _closure(self, index: int, demand: Demand) -> frozenset[str]:
        """The subgraphs that may have a part in getting at a demand of a class."""
        key = (index, id(demand))
        known = self._relevant.get(key)
        if known is not None:
            return known[0]
        schema = self._schema
        name = self._classes[index].representative
        fields = {demand.field}
        graphs = set(schema.providers(name, demand.field))
        size = -1
        while size != len(fields) + len(graphs):
            size = len(fields) + len(graphs)
            for entry in schema.entries(name):
                if entry.graph in graphs and entry.key is not None:
                    fields.update(top_fields(entry.key.selections))
            for one in list(fields):
                for needed in schema.requirements(name, one):
                    fields.update(needed)
                graphs.update(schema.providers(name, one))
        known = self._relevant[key] = (frozenset(graphs), frozenset(fields))
        return known[0]

    # --- opening a unit ---------------------------------------------------------------------------

    def _open(self, state: _State, graph: str) -> _State | None:
        entrances: list[Entrance | None] = []
        vertices: list[Vertex | None] = []
        depth = 0
        mask = 0
        reveals = False
        for index, each in enumerate(self._classes):
            found = self._entrance(state, graph, index, each)
            if found is None:
                if not state.typed:
                    return None
                entrances.append(None)
                vertices.append(None)
                continue
            entrance, obtained = found
            entrances.append(entrance)
            vertices.append(entrance.entry.vertex)
            depth = max(depth, obtained.depth)
            mask |= obtained.mask
            reveals = reveals or entrance.entry.reveals
        if all(each is None for each in entrances):
            return None
        untyped = not state.typed and not reveals
        location = _Location(
            tuple(vertices),
            depth=depth + 1,
            untyped=untyped,
            before=state.locations,
            unit=Unit(graph, tuple(entrances), untyped=not state.typed),
        )
        gain, needed_depth, needed_mask = self._gain(state, location, reveals)
        if not gain:
            return None
        location.depth = max(location.depth, needed_depth + 1)
        bit = 1 << (location.depth * self._graphs + self._schema.graph_index[graph])
        location.mask = bit | mask | needed_mask
        return _State(
            (*state.locations, location),
            state.typed or reveals,
            state.mask | location.mask,
            state.units + 1,
        )

    def _entrance(
        self, state: _State, graph: str, index: int, live: _Live
    ) -> tuple[Entrance, _Obtained] | None:
        entries: Sequence[Entry]
        if state.typed:
            entries = self._schema.entries(live.representative)
        else:
            entries = self._schema.untyped_entries(self._position.type_name)
        best: tuple[tuple[int, int, int], Entrance, _Obtained] | None = None
        for order, entry in enumerate(entries):
            if entry.graph != graph:
                continue
            if entry.key is None:
                return Entrance(entry, ()), _Obtained((), 0, 0)
            obtained = self._obtain(state.locations, index, entry.key)
            if obtained is None:
                continue
            rank = (obtained.mask.bit_count(), obtained.depth, order)
            if best is None or rank < best[0]:
                best = (rank, Entrance(entry, obtained.placements), obtained)
        return None if best is None else best[1:]

    def _gain(self, state: _State, location: _Location, reveals: bool) -> tuple[bool, int, int]:
        """Whether a new location helps, and the stage and requests of what it must be told."""
        gain = reveals and self._needs_type and not state.typed
        gain = gain or (reveals and not state.typed)
        depth = 0
        mask = 0
        for index, each in enumerate(self._classes):
            for demand in each.source.demands:
                way = self._way(location, index, demand)
                if way is None:
                    continue
                if not self._options(state, index, demand):
                    gain = True
                    depth = max(depth, way.depth)
                    mask |= way.mask
                elif demand.child is not None and self._is_expensive(state, index, demand):
                    gain = gain or not self._leads(state, index, demand, way)
            for demand in each.source.demands:
                if gain:
                    break
                gain = self._helps_indirectly(state, location, index, demand)
        return gain, depth, mask

    def _leads(self, state: _State, index: int, demand: Demand, way: _Way) -> bool:
        """Whether some location already leads where this way does."""
        return any(
            (known := self._way(location, index, demand)) is not None and known.target is way.target
            for location in state.locations
            if not (self._closed and location.unit is None)
        )

    def _helps_indirectly(
        self, state: _State, location: _Location, index: int, demand: Demand
    ) -> bool:
        """Whether the location newly answers a field that some key or requirement may want."""
        vertex = location.vertices[index]
        if vertex is None:
            return False
        self._closure(index, demand)
        name = self._classes[index].representative
        for wanted in self._relevant[(index, id(demand))][1]:
            if not self._answers(location, index, wanted):
                continue
            held = [other for other in state.locations if self._answers(other, index, wanted)]
            if not held:
                return True
            # Another subgraph's object may hold what is needed below the field.
            if self._schema.is_composite(self._schema.field_type(name, wanted).named) and all(
                (seen := other.vertices[index]) is not None and seen.graph != vertex.graph
                for other in held
            ):
                return True
        return False

    # --- what a location can answer ---------------------------------------------------------------

    def _answers(self, location: _Location, index: int, name: str) -> bool:
        """Whether a location answers a field of a class at all, whatever is asked below it."""
        key = (index, name)
        known = location.answers.get(key)
        if known is None:
            vertex = location.vertices[index]
            step = None
            if vertex is not None:
                step = self._schema.step(vertex, self._classes[index].representative, name)
            known = step is not None
            if step is not None and (step.requires is not None or step.contexts):
                known = location.unit is not None and (
                    step.requires is None
                    or self._obtain(location.before, index, step.requires, location) is not None
                )
            location.answers[key] = known
        return known

    def _way(self, location: _Location, index: int, demand: Demand) -> _Way | None:
        key = (index, id(demand))
        if key not in location.ways:
            location.ways[key] = self._find_way(location, index, demand)
        return location.ways[key]

    def _find_way(self, location: _Location, index: int, demand: Demand) -> _Way | None:
        vertex = location.vertices[index]
        if vertex is None:
            return None
        step = self._schema.step(vertex, self._classes[index].representative, demand.field)
        if step is None:
            return None
        if step.requires is None and not step.contexts:
            return _Way(step.target, (), (), 0, 0)
        if location.unit is None:
            return None
        if step.requires is None:
            return _Way(step.target, (), step.contexts, 0, 0)
        obtained = self._obtain(location.before, index, step.requires, location)
        if obtained is None:
            return None
        return _Way(step.target, obtained.placements, step.contexts, obtained.depth, obtained.mask)

    def _obtain(
        self,
        locations: tuple[_Location, ...],
        index: int,
        field_set: FieldSet,
        memo: _Location | None = None,
    ) -> _Obtained | None:
        """Where the fields of a key or requirement can come from, each from the cheapest place."""
        key = (index, id(field_set))
        if memo is not None and key in memo.obtained:
            return memo.obtained[key]
        name = self._classes[index].representative
        position = self._solver.requirement(name, field_set)
        placements: list[Placement] = []
        depth = 0
        mask = 0
        found: _Obtained | None = None
        for demand in position.of(name).demands:
            cheapest = self._cheapest(locations, index, demand)
            if cheapest is None:
                break
            placement, at_depth, at_mask = cheapest
            placements.append(placement)
            depth = max(depth, at_depth)
            mask |= at_mask
        else:
            found = _Obtained(tuple(placements), depth, mask)
        if memo is not None:
            memo.obtained[key] = found
        return found

    def _cheapest(
        self, locations: tuple[_Location, ...], index: int, demand: Demand
    ) -> tuple[Placement, int, int] | None:
        best: tuple[tuple[int, int], _Option] | None = None
        for number, location in enumerate(locations):
            option = self._alone(location, number, index, demand)
            if option is None:
                continue
            rank = (option[2].bit_count(), option[1])
            if best is None or rank < best[0]:
                best = (rank, option)
        if best is not None:
            return best[1]
        if demand.child is None:
            return None
        return self._split(locations, index, demand)

    def _shifted(self, depth: int, child: Solution | None) -> tuple[int, int]:
        if child is None:
            return depth, 0
        return depth + child.depth, child.mask << (depth * self._graphs)

    def _alone(
        self, location: _Location, number: int, index: int, demand: Demand
    ) -> _Option | None:
        """The demand answered by one location, with the best that can be done below it."""
        key = (index, id(demand))
        if key in location.alone:
            return location.alone[key]
        found: _Option | None = None
        way = self._way(location, index, demand)
        if way is not None:
            child: Solution | None = None
            if demand.child is not None and way.target is not None:
                child = self._solver.solve(demand.child, (way.target,))
            if demand.child is None or child is not None:
                placement = Placement(demand, (number,), (way.inputs,), way.contexts, child)
                found = (placement, *self._shifted(location.depth, child))
        location.alone[key] = found
        return found

    def _options(self, state: _State, index: int, demand: Demand) -> list[_Option]:
        """The placements that are possible now."""
        key = (index, id(demand))
        known = state.options.get(key)
        if known is not None:
            return known
        usable = self._usable(state, demand)
        found: list[_Option] = []
        for number, location in usable:
            option = self._alone(location, number, index, demand)
            if option is not None:
                found.append(option)
        cheap = any(mask == 0 for _placement, _depth, mask in found)
        if demand.child is not None and not cheap and len(usable) > 1 and not self._single:
            locations = state.locations if len(usable) == len(state.locations) else ()
            split = self._split(locations, index, demand, optional=bool(found))
            if split is not None:
                found.append(split)
        state.options[key] = found
        return found

    def _usable(self, state: _State, demand: Demand) -> list[tuple[int, _Location]]:
        """Locations that may answer a demand; before types are known, only for all types alike."""
        return [
            (number, location)
            for number, location in enumerate(state.locations)
            if not (location.untyped and not demand.abstract and self._needs_type)
            and not (self._closed and location.unit is None)
        ]

    def _split(
        self,
        locations: tuple[_Location, ...],
        index: int,
        demand: Demand,
        *,
        optional: bool = False,
    ) -> _Option | None:
        """Ask several locations for the same field, each for a part of what lies below."""
        if demand.child is None:
            return None
        able: dict[int, tuple[int, _Way]] = {}
        for number, location in enumerate(locations):
            way = self._way(location, index, demand)
            if way is not None and way.target is not None:
                able.setdefault(way.target.id, (number, way))
        usable = list(able.values())
        if optional and len(usable) > MAX_SPLIT:
            return None
        while len(usable) >= 2:
            vertices = [way.target for _number, way in usable if way.target is not None]
            child = self._solver.solve(demand.child, vertices)
            if child is None:
                return None
            used = child.used_entries()
            if len(used) == len(usable):
                placement = Placement(
                    demand,
                    tuple(number for number, _way in usable),
                    tuple(way.inputs for _number, way in usable),
                    tuple(each for _number, way in usable for each in way.contexts),
                    child,
                )
                depth = max(locations[number].depth for number, _way in usable)
                return (placement, *self._shifted(depth, child))
            usable = [each for order, each in enumerate(usable) if order in used]
        return None

    # --- complete states --------------------------------------------------------------------------

    def _consider(self, state: _State) -> None:
        """If all demands can be placed, cost that and keep it if it is the best so far."""
        if self._needs_type and not state.typed:
            return
        mask = state.mask
        depth = max((location.depth for location in state.locations), default=0)
        weight = 0
        solved: list[SolvedClass] = []
        for index, live in enumerate(self._classes):
            placements: list[Placement] = []
            for demand in live.source.demands:
                best: tuple[tuple[int, int, int], Placement, int] | None = None
                for order, (placement, deepest, needed) in enumerate(
                    self._options(state, index, demand)
                ):
                    rank = ((mask | needed).bit_count(), deepest, order)
                    if best is None or rank < best[0]:
                        best = (rank, placement, needed)
                if best is None:
                    return
                placements.append(best[1])
                mask |= best[2]
                depth = max(depth, best[0][1])
                weight += len(best[1].at) - 1
            solved.append(SolvedClass(live.types, live.source, tuple(placements)))
        cost = (mask.bit_count(), depth, state.units + weight)
        if self._best is not None and cost >= self._best[0]:
            return
        several = self._abstract and len(self._entries) > 1
        if several and violates_joint_rule(self._solver, self._position, self._entries):
            return
        self._best = (cost, self._solution(state, solved, mask, depth))

    def _solution(
        self, state: _State, solved: list[SolvedClass], mask: int, depth: int
    ) -> Solution:
        typename_at: int | None = None
        if self._abstract:
            for number, location in enumerate(state.locations):
                if any(v is not None and v.trusted for v in location.vertices):
                    typename_at = number
                    break
        return Solution(
            position=self._position,
            entries=self._entries,
            units=tuple(location.unit for location in state.locations if location.unit is not None),
            classes=tuple(solved),
            typename_at=typename_at,
            mask=mask,
            depth=depth,
        )
