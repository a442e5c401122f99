"""The search for the cheapest cover of one position.

A first solution comes from diving greedily; then a best-first search looks for a better one and is
cut off by a lower bound: the requests that a state is sure to need.
"""

from __future__ import annotations

import heapq
from dataclasses import replace

from gateway.plan.locations import Location, Place, Reach, State
from gateway.plan.openings import Openings
from gateway.plan.positions import Demand
from gateway.plan.rules import violates_joint_rule
from gateway.plan.solution import Placement, Solution, SolvedClass

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

    def run(self) -> Solution | None:
        """The best solution found within the budget, or None if there is none."""
        start = self._start()
        self._consider(start)
        if self._best is not None and self._best[0][0] == 0:
            return self._best[1]
        self._dive(start)
        self._shorten()
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

    def _shorten(self) -> None:
        """Leave out units of the best solution, one at a time, while it stays complete."""
        found = self._best
        while found is not None and len(found[1].units) > 1:
            for skipped in range(len(found[1].units)):
                self._consider(self._replay(found[1], skipped))
                if self._best is not found:
                    break
            if self._best is found:
                return
            found = self._best

    def _replay(self, solution: Solution, skipped: int) -> State:
        state = self._start()
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
        parts = []
        for location in state.locations[len(self._place.entries) :]:
            able = tuple(sorted(self._openings.answers(location)))
            parts.append((location.unit.graph if location.unit is not None else "", able))
        return (state.typed, *sorted(parts))

    def _bound(self, state: State) -> int:
        """At least this many requests: those opened, and one for each disjoint set of providers."""
        further: list[frozenset[str]] = []
        certain = state.mask
        for index, demand in self._reach.missing(state):
            name = self._place.classes[index].representative
            graphs = self._place.schema.providers(name, demand.field)
            if all(graphs.isdisjoint(other) for other in further):
                further.append(graphs)
        for index, demand in self._reach.expensive(state):
            name = self._place.classes[index].representative
            held = {v.graph for each in state.locations if (v := each.vertices[index]) is not None}
            if self._place.schema.providers(name, demand.field) <= held:
                options = self._reach.options(state, index, demand)
                shared = options[0][2]
                for _placement, _depth, mask in options[1:]:
                    shared &= mask
                certain |= shared
        opened = certain.bit_count()
        if not further and self._place.needs_type and not state.typed:
            return opened + 1
        return max(opened, state.mask.bit_count() + len(further))

    def _expand(self, state: State) -> list[State]:
        """The states with one more unit that can help with what is missing or expensive."""
        if state.following is None:
            state.following = self._find_following(state)
        return state.following

    def _find_following(self, state: State) -> list[State]:
        target = self._most_constrained(state)
        graphs: frozenset[str] = frozenset()
        if target is None and (self._place.needs_type and not state.typed):
            graphs = frozenset(
                entry.graph
                for entry in self._place.schema.untyped_entries(self._place.position.type_name)
            )
            for index, each in enumerate(self._place.classes):
                for demand in each.leading:
                    graphs |= self._openings.closure(index, demand)
        elif target is not None:
            graphs = self._openings.closure(*target)
            if not state.typed:
                name = self._place.position.type_name
                graphs |= {entry.graph for entry in self._place.schema.untyped_entries(name)}
        else:
            for index, demand in self._reach.expensive(state):
                graphs |= self._openings.closure(index, demand)
        following = []
        for graph in self._place.solver.order:
            if graph in graphs:
                opened = self._openings.open(state, graph)
                if opened is not None:
                    following.append(opened)
        return following

    def _most_constrained(self, state: State) -> tuple[int, Demand] | None:
        missing = self._reach.missing(state)
        return min(missing, key=lambda each: len(self._openings.closure(*each)), default=None)

    def _consider(self, state: State) -> None:
        """If all demands can be placed, cost that and keep it if it is the best so far."""
        if (self._place.needs_type and not state.typed) or self._reach.missing(state):
            return
        mask = state.mask
        depth = max((location.depth for location in state.locations), default=0)
        weight = 0
        solved: list[SolvedClass] = []
        for index, live in enumerate(self._place.classes):
            placements: dict[int, Placement] = {}
            for demand in live.leading:
                best: tuple[tuple[int, int, int], Placement, int] | None = None
                for order, (placement, deepest, needed) in enumerate(
                    self._reach.options(state, index, demand)
                ):
                    rank = ((mask | needed).bit_count(), deepest, order)
                    if best is None or rank < best[0]:
                        best = (rank, placement, needed)
                if best is None:
                    return
                placements[id(demand)] = best[1]
                for other in live.followers.get(id(demand), ()):
                    placements[id(other)] = replace(best[1], demand=other)
                mask |= best[2]
                depth = max(depth, best[0][1])
                weight += len(best[1].at) - 1
            ordered = tuple(placements[id(demand)] for demand in live.source.demands)
            solved.append(SolvedClass(live.types, live.source, ordered))
        cost = (mask.bit_count(), depth, state.units + weight)
        if self._best is not None and cost >= self._best[0]:
            return
        several = self._place.abstract and len(self._place.entries) > 1
        if several and violates_joint_rule(
            self._place.solver, self._place.position, self._place.entries
        ):
            return
        self._best = (cost, self._solution(state, solved, mask, depth))

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
