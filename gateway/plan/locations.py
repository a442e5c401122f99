"""What the locations of a position can answer: the entries it has, and units opened for it.

Answers are remembered on the locations themselves, since a location's abilities depend only on what
was there before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.plan.positions import Demand, Position, TypeClass
from gateway.plan.schema import PlannerSchema, Vertex
from gateway.plan.solution import Placement, Solution, Unit
from gateway.supergraph.model import ContextArgument, FieldSet

if TYPE_CHECKING:
    from gateway.plan.solve import Solver

MAX_SPLIT = 3
"""Over how many subgraphs a field is divided that one of them could answer alone."""

MAX_OPTIONAL_SPLITS = 8
"""How often that is tried for one position."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One location that can answer a field: where it leads, and what it must be told first."""

    target: Vertex | None
    inputs: tuple[Placement, ...]
    contexts: tuple[ContextArgument, ...]
    depth: int
    mask: int


Option = tuple[Placement, int, int]
"""A placement, the stage at which all below it is answered, and the requests that takes."""


@dataclass(slots=True, eq=False)
class Location:
    """An entry or unit, seen by each class; `depth` is the stage at which it is answered."""

    vertices: tuple[Vertex | None, ...]
    depth: int
    untyped: bool
    before: tuple[Location, ...] = ()
    unit: Unit | None = None
    mask: int = 0
    ways: dict[tuple[int, int], Way | None] = field(default_factory=dict)
    obtained: dict[tuple[int, str], Obtained | None] = field(default_factory=dict)
    alone: dict[tuple[int, int], Option | None] = field(default_factory=dict)
    answers: dict[tuple[int, str], bool] = field(default_factory=dict)
    able: set[tuple[int, str, str]] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Obtained:
    """A key or requirement: where each of its fields comes from, and by when."""

    placements: tuple[Placement, ...]
    depth: int
    mask: int


@dataclass(slots=True, eq=False)
class State:
    """Locations opened so far, and whether the concrete types of objects are known by now.

    What is worked out about a state is kept with it, since states grow from one another.
    """

    locations: tuple[Location, ...]
    typed: bool
    mask: int
    units: int
    parent: State | None = None
    singles: dict[tuple[int, int], list[Option]] = field(default_factory=dict)
    options: dict[tuple[int, int], list[Option]] = field(default_factory=dict)
    missing: list[tuple[int, Demand]] | None = None
    answered: set[tuple[int, str, str]] | None = None
    following: list[State] | None = None
    obtained: dict[tuple[int, str], Obtained | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """Concrete types of the position that are planned together; the first stands for all.

    Leaves that the same subgraphs answer under the same terms are placed together: `followers` has
    those that go where a leading demand goes, by its id.
    """

    types: tuple[str, ...]
    source: TypeClass
    leading: tuple[Demand, ...]
    followers: Mapping[int, tuple[Demand, ...]]

    @property
    def representative(self) -> str:
        return self.types[0]


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The position that is being solved.

    `abstract`: objects may be of several concrete types; `needs_type`: which one, must be known.
    `single` and `closed` are as in `Solver.solve`.
    """

    solver: Solver
    schema: PlannerSchema
    position: Position
    entries: tuple[Vertex, ...]
    classes: tuple[Live, ...]
    abstract: bool
    needs_type: bool
    single: bool
    closed: bool
    graphs: int


class Reach:
    """Answers what locations can do for the classes of one position."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._optional_splits = 0
        self._free: dict[int, Way] = {}
        self._leading = [
            (index, demand) for index, each in enumerate(place.classes) for demand in each.leading
        ]

    def answers(self, location: Location, index: int, name: str) -> bool:
        """Whether a location answers a field of a class at all, whatever is asked below it."""
        key = (index, name)
        known = location.answers.get(key)
        if known is None:
            vertex = location.vertices[index]
            step = None
            if vertex is not None:
                step = self._place.schema.step(
                    vertex, self._place.classes[index].representative, name
                )
            known = step is not None
            if step is not None and (step.requires is not None or step.contexts):
                known = location.unit is not None and (
                    step.requires is None
                    or self.obtain(location.before, index, step.requires, location) is not None
                )
            location.answers[key] = known
        return known

    def way(self, location: Location, index: int, demand: Demand) -> Way | None:
        key = (index, id(demand))
        if key not in location.ways:
            location.ways[key] = self._find_way(location, index, demand)
        return location.ways[key]

    def _find_way(self, location: Location, index: int, demand: Demand) -> Way | None:
        vertex = location.vertices[index]
        if vertex is None:
            return None
        step = self._place.schema.step(
            vertex, self._place.classes[index].representative, demand.field
        )
        if step is None:
            return None
        if step.requires is None and not step.contexts:
            way = self._free.get(id(step))
            if way is None:
                way = self._free[id(step)] = Way(step.target, (), (), 0, 0)
            return way
        if location.unit is None:
            return None
        if step.requires is None:
            return Way(step.target, (), step.contexts, 0, 0)
        obtained = self.obtain(location.before, index, step.requires, location)
        if obtained is None:
            return None
        return Way(step.target, obtained.placements, step.contexts, obtained.depth, obtained.mask)

    def obtain(
        self,
        locations: tuple[Location, ...],
        index: int,
        field_set: FieldSet,
        memo: Location | State,
    ) -> Obtained | None:
        """Where the fields of a key or requirement can come from, each from the cheapest place.

        `memo` is what the locations belong to: the answer is remembered there.
        """
        key = (index, field_set.text)
        if key in memo.obtained:
            return memo.obtained[key]
        name = self._place.classes[index].representative
        position = self._place.solver.requirement(name, field_set)
        placements: list[Placement] = []
        depth = 0
        mask = 0
        found: Obtained | None = None
        for demand in position.of(name).demands:
            cheapest = self._cheapest(locations, index, demand)
            if cheapest is None:
                break
            placement, at_depth, at_mask = cheapest
            placements.append(placement)
            depth = max(depth, at_depth)
            mask |= at_mask
        else:
            found = Obtained(tuple(placements), depth, mask)
        memo.obtained[key] = found
        return found

    def _cheapest(
        self, locations: tuple[Location, ...], index: int, demand: Demand
    ) -> tuple[Placement, int, int] | None:
        best: tuple[tuple[int, int], Option] | None = None
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

    def shifted(self, depth: int, child: Solution | None) -> tuple[int, int]:
        if child is None:
            return depth, 0
        return depth + child.depth, child.mask << (depth * self._place.graphs)

    def _alone(self, location: Location, number: int, index: int, demand: Demand) -> Option | None:
        """The demand answered by one location, with the best that can be done below it."""
        key = (index, id(demand))
        if key in location.alone:
            return location.alone[key]
        found: Option | None = None
        way = self.way(location, index, demand)
        if way is not None:
            child: Solution | None = None
            if demand.child is not None and way.target is not None:
                child = self._place.solver.solve(demand.child, (way.target,))
            if demand.child is None or child is not None:
                placement = Placement(demand, (number,), (way.inputs,), way.contexts, child)
                found = (placement, *self.shifted(location.depth, child))
        location.alone[key] = found
        return found

    def options(self, state: State, index: int, demand: Demand) -> list[Option]:
        """The placements that are possible now."""
        key = (index, id(demand))
        known = state.options.get(key)
        if known is not None:
            return known
        found = self._singles(state, index, demand)
        may_split = demand.child is not None and len(state.locations) > 1 and not self._place.single
        if may_split and all(mask for _placement, _depth, mask in found):
            found = list(found)
            usable = self.usable(state, demand)
            locations = state.locations if len(usable) == len(state.locations) else ()
            split = self._split(locations, index, demand, optional=bool(found))
            if split is not None:
                found.append(split)
        state.options[key] = found
        return found

    def missing(self, state: State) -> list[tuple[int, Demand]]:
        """The demands without a placement, with their classes' numbers."""
        if state.missing is None:
            before = self._leading if state.parent is None else self.missing(state.parent)
            state.missing = [each for each in before if not self.options(state, *each)]
        return state.missing

    def expensive(self, state: State) -> list[tuple[int, Demand]]:
        """The demands that every placement answers with further fetches below."""
        return [
            each
            for each in self._leading
            if each[1].child is not None
            and (options := self.options(state, *each))
            and all(mask != 0 for _placement, _depth, mask in options)
        ]

    def _singles(self, state: State, index: int, demand: Demand) -> list[Option]:
        """Placements at one location; those of the state before, and what its last unit adds."""
        key = (index, id(demand))
        known = state.singles.get(key)
        if known is not None:
            return known
        found: list[Option] = []
        first = 0
        if state.parent is not None:
            found = self._singles(state.parent, index, demand)
            first = len(state.parent.locations)
        for number in range(first, len(state.locations)):
            location = state.locations[number]
            option = None
            if self._may_use(location, demand):
                option = self._alone(location, number, index, demand)
            if option is not None:
                found = [*found, option]
        state.singles[key] = found
        return found

    def _may_use(self, location: Location, demand: Demand) -> bool:
        """Before concrete types are known, a location answers only what all types alike want."""
        if self._place.closed and location.unit is None:
            return False
        return not (location.untyped and not demand.abstract and self._place.needs_type)

    def usable(self, state: State, demand: Demand) -> list[tuple[int, Location]]:
        """The locations that may answer a demand, with their numbers."""
        return [
            (number, location)
            for number, location in enumerate(state.locations)
            if self._may_use(location, demand)
        ]

    def _split(
        self,
        locations: tuple[Location, ...],
        index: int,
        demand: Demand,
        *,
        optional: bool = False,
    ) -> Option | None:
        """Ask several locations for the same field, each for a part of what lies below."""
        if demand.child is None:
            return None
        able: dict[int, tuple[int, Way]] = {}
        for number, location in enumerate(locations):
            way = self.way(location, index, demand)
            if way is not None and way.target is not None:
                able.setdefault(way.target.id, (number, way))
        usable = list(able.values())
        if optional:
            self._optional_splits += 1
            if len(usable) > MAX_SPLIT or self._optional_splits > MAX_OPTIONAL_SPLITS:
                return None
        while len(usable) >= 2:
            vertices = [way.target for _number, way in usable if way.target is not None]
            child = self._place.solver.solve(demand.child, vertices)
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
                return (placement, *self.shifted(depth, child))
            usable = [each for order, each in enumerate(usable) if order in used]
        return None
