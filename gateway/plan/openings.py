"""Opening units at a position: in which subgraphs, how, and whether that helps."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.plan.answers import AnswerTable
from gateway.plan.locations import Location, Obtained, Place, State
from gateway.plan.reach import Reach
from gateway.plan.schema import Entry
from gateway.plan.solution import Entrance, Unit

FREE = Obtained((), (), 0, 0)
"""What entering a root type takes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Doors:
    """The ways into one subgraph, by class, and all that may be answered behind any of them."""

    entries: tuple[tuple[Entry, ...], ...]
    answers: int


class Openings:
    """The units that may be opened at one position."""

    def __init__(self, place: Place, reach: Reach) -> None:
        self._place = place
        self._reach = reach
        self._opened: dict[tuple[State, str], State | None] = {}
        self._doors: dict[tuple[str, bool], _Doors | None] = {}
        self._tables: list[tuple[AnswerTable, int]] = []
        shift = 0
        for each in place.classes:
            names = tuple(demand.field for demand in each.leading)
            table = place.solver.answer_table(each.representative, names)
            self._tables.append((table, shift))
            shift += table.width
        # Here a subgraph's objects are all alike, so that one who answers the same fields leads to
        # the same vertices, and nothing can be gained from it.
        self._alike = not (place.abstract or place.closed) and all(
            vertex.trusted and not vertex.provided for vertex in place.entries
        )

    def open(self, state: State, graph: str) -> State | None:
        """The state with one more unit, or None where that is impossible or does not help."""
        doors = self._doors_of(graph, state.typed)
        if doors is None or (self._alike and not doors.answers & ~self._answered(state)):
            return None
        key = (state, graph)
        if key not in self._opened:
            self._opened[key] = self._open(state, graph, doors)
        return self._opened[key]

    def answers(self, location: Location) -> int:
        """What a location answers of all that some demand, key or requirement may want."""
        if location.able is None:
            location.able = 0
            for index, vertex in enumerate(location.vertices):
                if vertex is None:
                    continue
                table, shift = self._tables[index]
                at_once, on_terms = table.of(vertex)
                location.able |= at_once << shift
                for bit, step in on_terms:
                    if self._reach.tells(location, index, step):
                        location.able |= bit << shift
        return location.able

    def _open(self, state: State, graph: str, doors: _Doors) -> State | None:
        entrances: list[Entrance | None] = []
        depth = 0
        mask = 0
        for index, entries in enumerate(doors.entries):
            found = self._entrance(state, index, entries)
            if found is None:
                if not state.typed:
                    return None
                entrances.append(None)
                continue
            entrance, obtained = found
            entrances.append(entrance)
            depth = max(depth, obtained.depth)
            mask |= obtained.mask
        used = [each for each in entrances if each is not None]
        if not used:
            return None
        reveals = any(each.entry.reveals for each in used)
        location = Location(
            tuple(None if each is None else each.entry.vertex for each in entrances),
            depth=depth + 1,
            untyped=not state.typed and not reveals,
            origin=state,
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

    def _doors_of(self, graph: str, typed: bool) -> _Doors | None:
        """The ways into a subgraph, if there are any; without concrete types all classes go."""
        key = (graph, typed)
        if key in self._doors:
            return self._doors[key]
        entries: list[tuple[Entry, ...]] = []
        answers = 0
        for each, (table, shift) in zip(self._place.classes, self._tables, strict=True):
            name = each.representative if typed else self._place.position.type_name
            entries.append(self._place.schema.entries_into(graph, name, typed=typed))
            for vertex in {entry.vertex for entry in entries[-1]}:
                at_once, on_terms = table.of(vertex)
                answers |= at_once << shift
                for bit, _step in on_terms:
                    answers |= bit << shift
        usable = any(entries) if typed else all(entries)
        found = self._doors[key] = _Doors(tuple(entries), answers) if usable else None
        return found

    def _entrance(
        self, state: State, index: int, entries: tuple[Entry, ...]
    ) -> tuple[Entrance, Obtained] | None:
        """The entry whose key takes fewest requests, then stages."""
        best: tuple[tuple[int, int], Entry, Obtained] | None = None
        for entry in entries:
            if entry.key is None:
                return Entrance(entry, ()), FREE
            obtained = self._reach.obtain(state, index, entry.key)
            if obtained is None:
                continue
            rank = (obtained.mask.bit_count(), obtained.depth)
            if best is None or rank < best[0]:
                best = (rank, entry, obtained)
        return None if best is None else (Entrance(best[1], best[2].placements), best[2])

    def _gain(self, state: State, location: Location, reveals: bool) -> tuple[bool, int, int]:
        """Whether a new location helps, and the stage and requests of what it must be told."""
        reach = self._reach
        gain = reveals and not state.typed
        gain = gain or self.answers(location) & ~self._answered(state) != 0
        depth = 0
        mask = 0
        for want in reach.missing(state):
            way = reach.way(location, want)
            if way is not None:
                gain = gain or not reach.leads(state, want, way.target)
                depth = max(depth, way.depth)
                mask |= way.mask
        if not gain and not self._alike:
            gain = any(
                (way := reach.way(location, want)) is not None
                and not reach.leads(state, want, way.target)
                for want in reach.expensive(state)
            )
        return gain, depth, mask

    def _answered(self, state: State) -> int:
        """What all locations of a state answer together."""
        if state.answered is None:
            state.answered = 0 if state.parent is None else self._answered(state.parent)
            for number in range(state.first_new, len(state.locations)):
                state.answered |= self.answers(state.locations[number])
        return state.answered
