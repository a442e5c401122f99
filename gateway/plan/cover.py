"""The search for the cheapest cover of one position.

A first solution comes from diving greedily; then a best-first search looks for a better one and is
cut off by a lower bound: the requests that a state is sure to need.
"""

from __future__ import annotations

import heapq

from gateway.plan.locations import Location, Option, Place, State, placed
from gateway.plan.openings import Openings
from gateway.plan.reach import Reach
from gateway.plan.rules import violates_joint_rule
from gateway.plan.solution import Solution, SolvedClass

MAX_UNITS = 256
"""How many fetches may be opened for one position."""

_OVERDRAFT = 16
"""Nodes that are searched beyond the allowance while there is no solution at all."""


class Cover:
    """The search at one position."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._reach = Reach(place)
        self._openings = Openings(place, self._reach)
        self._best: tuple[tuple[int, int, int], Solution] | None = None
        self._preference = {graph: number for number, graph in enumerate(place.solver.order)}
        self._following: dict[State, list[State]] = {}

    def run(self) -> Solution | None:
        """The best solution found within the budget, or None if there is none."""
        start = self._start()
        self._consider(start)
        if self._best is not None and self._best[0][0] == 0:
            return self._best[1]
        self._dive(start)
        self._shorten(start)
        self._search(start)
        return self._best[1] if self._best is not None else None

    def _dive(self, state: State) -> None:
        """Open whatever places most demands until all are placed: a first solution to beat."""
        missing = self._missing(state)
        while missing and state.units < MAX_UNITS:
            best: tuple[tuple[int, int, int], State] | None = None
            for following in self._expand(state):
                left = self._missing(following)
                rank = (left, following.mask.bit_count(), following.locations[-1].depth)
                if best is None or rank < best[0]:
                    best = (rank, following)
            if best is None:
                return
            state = best[1]
            missing = best[0][0]
            self._consider(state)

    def _shorten(self, start: State) -> None:
        """Leave out units of the best solution, one at a time, while it stays complete."""
        found = self._best
        while found is not None and len(found[1].units) > 1:
            for skipped in range(len(found[1].units)):
                self._consider(self._replay(start, found[1], skipped))
                if self._best is not found:
                    break
            if self._best is found:
                return
            found = self._best

    def _replay(self, state: State, solution: Solution, skipped: int) -> State:
        for number, unit in enumerate(solution.units):
            if number != skipped:
                state = self._openings.open(state, unit.graph) or state
        return state

    def _search(self, start: State) -> None:
        """Best-first over states, cut off by the best solution and by the budget."""
        order = 0
        frontier: list[tuple[int, int, int, State]] = [(self._bound(start), 0, 0, start)]
        seen: set[tuple[object, ...]] = set()
        allowance = self._place.solver.spending.allowance()
        if len(self._place.entries) > 1 and self._best is not None:
            return  # divided fields are rare, and combinations of their providers many
        while frontier:
            bound, _depth, _order, state = heapq.heappop(frontier)
            if self._best is not None and bound >= self._best[0][0]:
                return
            if not self._place.solver.spending.node():
                allowance = 0
            allowance -= 1
            if (allowance < 0 and self._best is not None) or allowance < -_OVERDRAFT:
                return
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

    def _missing(self, state: State) -> int:
        """How many demands have no placement yet."""
        untyped = self._place.needs_type and not state.typed
        return len(self._reach.missing(state)) + untyped

    def _start(self) -> State:
        typed = not self._place.abstract or any(vertex.trusted for vertex in self._place.entries)
        locations = tuple(
            Location(
                tuple(
                    vertex if each.representative in vertex.type.runtime else None
                    for each in self._place.classes
                ),
                depth=0,
                untyped=self._place.abstract and not vertex.trusted and not typed,
            )
            for vertex in self._place.entries
        )
        if self._place.abstract and self._place.position.types == (self._place.position.type_name,):
            typed = False
        return State(locations, typed, 0, 0)

    def _signature(self, state: State) -> tuple[object, ...]:
        """States with equal signatures can do the same from here on."""
        parts = [
            (location.unit.graph, self._openings.answers(location))
            for location in state.locations
            if location.unit is not None
        ]
        return (state.typed, *sorted(parts))

    def _bound(self, state: State) -> int:
        """At least this many requests: those opened, and one for each disjoint set of providers."""
        further: list[frozenset[str]] = []
        certain = state.mask
        for want in self._reach.missing(state):
            if all(want.providers.isdisjoint(other) for other in further):
                further.append(want.providers)
        for want in self._reach.expensive(state):
            vertices = (location.vertices[want.index] for location in state.locations)
            if want.providers <= {vertex.graph for vertex in vertices if vertex is not None}:
                shared = -1
                for option in self._reach.options(state, want):
                    shared &= option[1]
                certain |= shared
        opened = certain.bit_count()
        if not further and self._place.needs_type and not state.typed:
            return opened + 1
        return max(opened, state.mask.bit_count() + len(further))

    def _expand(self, state: State) -> list[State]:
        """The states with one more unit that can help with what is missing or expensive."""
        found = self._following.get(state)
        if found is None:
            found = self._following[state] = self._find_following(state)
        return found

    def _find_following(self, state: State) -> list[State]:
        name = self._place.position.type_name
        missing = self._reach.missing(state)
        graphs: frozenset[str] = frozenset()
        if missing:
            graphs = min(missing, key=lambda want: len(want.graphs)).graphs
        elif self._place.needs_type and not state.typed:
            graphs = graphs.union(*(want.graphs for want in self._reach.wants))
        else:
            graphs = graphs.union(*(want.graphs for want in self._reach.expensive(state)))
        if not state.typed and (missing or self._place.needs_type):
            graphs |= {entry.graph for entry in self._place.schema.untyped_entries(name)}
        return [
            opened
            for graph in self._place.solver.order
            if graph in graphs and (opened := self._openings.open(state, graph)) is not None
        ]

    def _consider(self, state: State) -> None:
        """If all demands can be placed, cost that and keep it if it is the best so far."""
        if (self._place.needs_type and not state.typed) or self._reach.missing(state):
            return
        mask = state.mask
        depth = max((location.depth for location in state.locations), default=0)
        weight = 0
        chosen: list[Option] = []
        for want in self._reach.wants:
            best: tuple[tuple[int, int, int], Option] | None = None
            for option in self._reach.options(state, want):
                # Whatever else was opened first must not choose: the client's order is no reason.
                at = state.locations[option[2][0]].unit
                preference = -1 if at is None else self._preference[at.graph]
                rank = ((mask | option[1]).bit_count(), option[0], preference)
                if best is None or rank < best[0]:
                    best = (rank, option)
            if best is None:
                return
            option = best[1]
            chosen.append(option)
            mask |= option[1]
            depth = max(depth, option[0])
            weight += len(option[2]) - 1
        cost = (mask.bit_count(), depth, state.units + weight)
        if self._best is not None and cost >= self._best[0]:
            return
        several = self._place.abstract and len(self._place.entries) > 1
        if several and violates_joint_rule(
            self._place.solver, self._place.position, self._place.entries
        ):
            return
        self._best = (cost, self._solution(state, self._solved(chosen), mask, depth))

    def _solved(self, chosen: list[Option]) -> list[SolvedClass]:
        """The classes with their demands placed; followers go where their leader goes."""
        solved: list[SolvedClass] = []
        options = iter(chosen)
        for live in self._place.classes:
            taken = {id(demand): next(options) for demand in live.leading}
            for leader, followers in live.followers.items():
                taken.update((id(demand), taken[leader]) for demand in followers)
            placements = tuple(placed(each, taken[id(each)]) for each in live.source.demands)
            solved.append(SolvedClass(live.types, live.source, placements))
        return solved

    def _solution(self, state: State, solved: list[SolvedClass], mask: int, depth: int) -> Solution:
        typename_at: int | None = None
        if self._place.abstract:
            for number, location in enumerate(state.locations):
                if any(v is not None and v.trusted for v in location.vertices):
                    typename_at = number
                    break
        return Solution(
            position=self._place.position,
            entries=self._place.entries,
            units=tuple(location.unit for location in state.locations if location.unit is not None),
            classes=tuple(solved),
            typename_at=typename_at,
            mask=mask,
            depth=depth,
        )
