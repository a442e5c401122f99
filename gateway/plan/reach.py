"""How the wants of a position may be met from the locations of a state."""

from __future__ import annotations

from gateway.plan.locations import Location, Obtained, Option, Place, State, Want, Way, placed
from gateway.plan.positions import Demand
from gateway.plan.schema import Step, Vertex
from gateway.supergraph.model import FieldSet

MAX_SPLIT = 3
"""Over how many subgraphs a field is divided that one of them could answer alone."""

MAX_OPTIONAL_SPLITS = 16
"""How often that is tried for one position."""


class Reach:
    """Answers what locations can do for the wants of one position."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._optional_splits = 0
        self._required: dict[tuple[int, str], tuple[Want, ...]] = {}
        self._numbers = 0
        self.wants = tuple(
            self._leading(index, demand)
            for index, each in enumerate(place.classes)
            for demand in each.leading
        )
        """The leading demands of all classes."""

    def missing(self, state: State) -> list[Want]:
        """The demands that cannot be met yet."""
        if state.missing is None:
            before = self.wants if state.parent is None else self.missing(state.parent)
            state.missing = [each for each in before if not self.options(state, each)]
        return state.missing

    def expensive(self, state: State) -> list[Want]:
        """The demands that every option answers with further fetches below."""
        if state.expensive is None:
            state.expensive = [
                each
                for each in self.wants
                if each.demand.child is not None
                and (options := self.options(state, each))
                and all(option[1] for option in options)
            ]
        return state.expensive

    def options(self, state: State, want: Want) -> list[Option]:
        """All options there are now."""
        found = state.options.get(want.number)
        if found is None:
            found = self._singles(state, want)
            if want.demand.child is not None and all(option[1] for option in found):
                split = self._split_of(state, want, optional=bool(found))
                if split is not None:
                    found = [*found, split]
            state.options[want.number] = found
        return found

    def way(self, location: Location, want: Want) -> Way | None:
        """How a location answers a want, whatever is asked below it."""
        vertex = location.vertices[want.index]
        if vertex is None:
            return None
        try:
            found = want.ways[vertex.id]
        except KeyError:
            found = self._find_way(vertex, want)
        if isinstance(found, Step):
            return self._way_on_terms(location, want.index, found)
        return found

    def leads(self, state: State, want: Want, target: Vertex | None) -> bool:
        """Whether some location that may be used leads to this vertex."""
        found = state.targets.get(want.number)
        if found is None:
            found = state.targets[want.number] = {
                way.target
                for location in state.locations
                if self._may_use(location, want) and (way := self.way(location, want)) is not None
            }
        return target in found

    def obtain(self, state: State, index: int, field_set: FieldSet) -> Obtained | None:
        """Where the fields of a key or requirement can come from, each from the cheapest place."""
        key = (index, field_set.text)
        if key in state.obtained:
            return state.obtained[key]
        options: list[Option] = []
        found: Obtained | None = None
        for want in self._requirement(index, field_set):
            option = self._cheapest(state, want)
            if option is None and want.demand.child is not None:
                option = self._split(state.locations, want)
            if option is None:
                break
            options.append(option)
        else:
            found = self._obtained(state, index, field_set, tuple(options))
        state.obtained[key] = found
        return found

    def tells(self, location: Location, index: int, step: Step) -> bool:
        """Whether a location can be told what a step needs first."""
        if location.origin is None:
            return False
        return (
            step.requires is None or self.obtain(location.origin, index, step.requires) is not None
        )

    # --- parts ----------------------------------------------------------------------------------

    def _leading(self, index: int, demand: Demand) -> Want:
        schema = self._place.schema
        want = self._want(index, demand)
        want.graphs = schema.on_the_way(want.type_name, demand.field)[0]
        want.providers = schema.providers(want.type_name, demand.field)
        return want

    def _want(self, index: int, demand: Demand) -> Want:
        self._numbers += 1
        return Want(self._numbers, index, self._place.classes[index].representative, demand)

    def _requirement(self, index: int, field_set: FieldSet) -> tuple[Want, ...]:
        key = (index, field_set.text)
        found = self._required.get(key)
        if found is None:
            name = self._place.classes[index].representative
            position = self._place.solver.requirement(name, field_set)
            demands = position.of(name).demands
            found = self._required[key] = tuple(self._want(index, each) for each in demands)
        return found

    def _obtained(
        self, state: State, index: int, field_set: FieldSet, options: tuple[Option, ...]
    ) -> Obtained:
        """The value of the state before, if nothing has become cheaper."""
        if state.parent is not None:
            before = state.parent.obtained.get((index, field_set.text))
            if before is not None and before.options == options:
                return before
        wants = self._requirement(index, field_set)
        mask = 0
        for option in options:
            mask |= option[1]
        return Obtained(
            options,
            tuple(placed(want.demand, option) for want, option in zip(wants, options, strict=True)),
            max((option[0] for option in options), default=0),
            mask,
        )

    def _find_way(self, vertex: Vertex, want: Want) -> Way | Step | None:
        step = self._place.schema.step(vertex, want.type_name, want.demand.field)
        found: Way | Step | None = step
        if step is not None and step.requires is None and not step.contexts:
            found = self._place.solver.free_way(step)
        want.ways[vertex.id] = found
        return found

    def _way_on_terms(self, location: Location, index: int, step: Step) -> Way | None:
        if location.origin is None:
            return None
        if step.requires is None:
            return Way(step.target, (), step.contexts)
        told = self.obtain(location.origin, index, step.requires)
        if told is None:
            return None
        return Way(step.target, told.placements, step.contexts, told.depth, told.mask)

    def _singles(self, state: State, want: Want) -> list[Option]:
        """Options at one location; those of the state before, and what its last unit adds."""
        found = state.singles.get(want.number)
        if found is None:
            found = [] if state.parent is None else self._singles(state.parent, want)
            for number in range(state.first_new, len(state.locations)):
                location = state.locations[number]
                if self._may_use(location, want):
                    option = self._alone(location, number, want)
                    if option is not None:
                        found = [*found, option]
            state.singles[want.number] = found
        return found

    def _cheapest(self, state: State, want: Want) -> Option | None:
        """The option at one location with fewest requests, then stages."""
        if want.number in state.cheapest:
            return state.cheapest[want.number]
        best = None if state.parent is None else self._cheapest(state.parent, want)
        for number in range(state.first_new, len(state.locations)):
            option = self._alone(state.locations[number], number, want)
            if option is not None and (
                best is None or (option[1].bit_count(), option[0]) < (best[1].bit_count(), best[0])
            ):
                best = option
        state.cheapest[want.number] = best
        return best

    def _alone(self, location: Location, number: int, want: Want) -> Option | None:
        """The want met by one location, with the best that can be done below it."""
        way = self.way(location, want)
        if way is None:
            return None
        below = want.demand.child
        if below is None:
            return (location.depth, 0, (number,), (way,), None)
        if way.target is None:
            return None
        child = self._place.solver.solve(below, (way.target,))
        if child is None:
            return None
        mask = child.mask << (location.depth * self._place.graphs)
        return (location.depth + child.depth, mask, (number,), (way,), child)

    def _may_use(self, location: Location, want: Want) -> bool:
        """Before concrete types are known, a location answers only what all types alike want."""
        if self._place.closed and location.unit is None:
            return False
        return not (location.untyped and not want.demand.abstract and self._place.needs_type)

    def _split_of(self, state: State, want: Want, *, optional: bool) -> Option | None:
        """A split that is allowed in a state; optional ones are tried a few times only."""
        if len(state.locations) < 2 or self._place.single:
            return None
        if not all(self._may_use(location, want) for location in state.locations):
            return None
        if optional:
            self._optional_splits += 1
            if self._optional_splits > MAX_OPTIONAL_SPLITS:
                return None
        return self._split(state.locations, want, MAX_SPLIT if optional else None)

    def _split(
        self, locations: tuple[Location, ...], want: Want, most: int | None = None
    ) -> Option | None:
        """Ask several locations for the same field, each for a part of what lies below."""
        below = want.demand.child
        if below is None:
            return None
        able: dict[int, tuple[int, Way]] = {}
        for number, location in enumerate(locations):
            way = self.way(location, want)
            if way is not None and way.target is not None:
                able.setdefault(way.target.id, (number, way))
        usable = list(able.values())
        if most is not None and len(usable) > most:
            return None
        while len(usable) >= 2:
            vertices = [way.target for _number, way in usable if way.target is not None]
            child = self._place.solver.solve(below, vertices)
            if child is None:
                return None
            used = child.used_entries()
            if len(used) == len(usable):
                numbers = tuple(number for number, _way in usable)
                depth = max(locations[number].depth for number in numbers)
                mask = child.mask << (depth * self._place.graphs)
                ways = tuple(way for _number, way in usable)
                return (depth + child.depth, mask, numbers, ways, child)
            usable = [each for order, each in enumerate(usable) if order in used]
        return None
