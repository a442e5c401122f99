"""Opening units at a position: in which subgraphs, how, and whether that helps."""

from __future__ import annotations

from gateway.plan.locations import Live, Location, Obtained, Place, Reach, State, Way
from gateway.plan.positions import Demand
from gateway.plan.schema import Vertex
from gateway.plan.solution import Entrance, Unit

Answer = tuple[int, str, str]
"""A class, one of its fields and, for fields with something below, the subgraph: another's object
may hold what is needed there."""


class Openings:
    """The units that may be opened at one position."""

    def __init__(self, place: Place, reach: Reach) -> None:
        self._place = place
        self._reach = reach
        self._wanted: list[list[str]] | None = None
        self._able: dict[tuple[int, int], tuple[set[Answer], list[Answer]]] = {}

    def closure(self, index: int, demand: Demand) -> frozenset[str]:
        """The subgraphs that may have a part in getting at a demand of a class."""
        name = self._place.classes[index].representative
        return self._place.schema.on_the_way(name, demand.field)[0]

    def wanted_fields(self) -> list[list[str]]:
        """By class, every field that a demand, or a key or requirement on its way, may want."""
        if self._wanted is None:
            self._wanted = []
            schema = self._place.schema
            for each in self._place.classes:
                names: set[str] = set()
                for demand in each.leading:
                    names |= schema.on_the_way(each.representative, demand.field)[1]
                self._wanted.append(sorted(names))
        return self._wanted

    def open(self, state: State, graph: str) -> State | None:
        entrances: list[Entrance | None] = []
        vertices: list[Vertex | None] = []
        depth = 0
        mask = 0
        reveals = False
        for index, each in enumerate(self._place.classes):
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
        location = Location(
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
        bit = 1 << (location.depth * self._place.graphs + self._place.schema.graph_index[graph])
        location.mask = bit | mask | needed_mask
        return State(
            (*state.locations, location),
            state.typed or reveals,
            state.mask | location.mask,
            state.units + 1,
            state,
        )

    def _entrance(
        self, state: State, graph: str, index: int, live: Live
    ) -> tuple[Entrance, Obtained] | None:
        schema = self._place.schema
        name = live.representative if state.typed else self._place.position.type_name
        entries = schema.entries_into(graph, name, typed=state.typed)
        best: tuple[tuple[int, int, int], Entrance, Obtained] | None = None
        for order, entry in enumerate(entries):
            if entry.key is None:
                return Entrance(entry, ()), Obtained((), 0, 0)
            obtained = self._reach.obtain(state.locations, index, entry.key, state)
            if obtained is None:
                continue
            rank = (obtained.mask.bit_count(), obtained.depth, order)
            if best is None or rank < best[0]:
                best = (rank, Entrance(entry, obtained.placements), obtained)
        return None if best is None else best[1:]

    def _gain(self, state: State, location: Location, reveals: bool) -> tuple[bool, int, int]:
        """Whether a new location helps, and the stage and requests of what it must be told."""
        gain = reveals and not state.typed
        depth = 0
        mask = 0
        for index, demand in self._reach.missing(state):
            way = self._reach.way(location, index, demand)
            if way is not None:
                gain = gain or not self._leads(state, index, demand, way)
                depth = max(depth, way.depth)
                mask |= way.mask
        gain = gain or any(
            (way := self._reach.way(location, index, demand)) is not None
            and not self._leads(state, index, demand, way)
            for index, demand in self._reach.expensive(state)
        )
        gain = gain or not self.answers(location) <= self._answered(state)
        return gain, depth, mask

    def _leads(self, state: State, index: int, demand: Demand, way: Way) -> bool:
        """Whether some location that may be used already leads where this way does."""
        return any(
            (known := self._reach.way(location, index, demand)) is not None
            and known.target is way.target
            for _number, location in self._reach.usable(state, demand)
        )

    def _answered(self, state: State) -> set[Answer]:
        """What all locations of a state answer together."""
        if state.answered is None:
            state.answered = set()
            new = state.locations
            if state.parent is not None:
                state.answered |= self._answered(state.parent)
                new = new[len(state.parent.locations) :]
            for location in new:
                state.answered |= self.answers(location)
        return state.answered

    def answers(self, location: Location) -> set[Answer]:
        """What a location answers of all that some demand, key or requirement may want."""
        if location.able is not None:
            return location.able
        found = location.able = set()
        for index, vertex in enumerate(location.vertices):
            if vertex is None:
                continue
            known = self._able.get((index, vertex.id))
            if known is None:
                known = self._able[(index, vertex.id)] = self._able_at(index, vertex)
            at_once, on_terms = known
            found |= at_once
            found.update(each for each in on_terms if self._reach.answers(location, index, each[1]))
        return found

    def _able_at(self, index: int, vertex: Vertex) -> tuple[set[Answer], list[Answer]]:
        """What a vertex answers of a class, and what it may answer once told something."""
        schema = self._place.schema
        name = self._place.classes[index].representative
        at_once: set[Answer] = set()
        on_terms: list[Answer] = []
        for each in self.wanted_fields()[index]:
            step = schema.step(vertex, name, each)
            if step is None:
                continue
            answer = (index, each, "" if step.target is None else vertex.graph)
            if step.requires is None and not step.contexts:
                at_once.add(answer)
            else:
                on_terms.append(answer)
        return at_once, on_terms
