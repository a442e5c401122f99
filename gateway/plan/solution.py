"""How the demands of a position are met: the outcome of the search, before fetches are drawn up.

At a position objects are fetched at *locations*: first the entries (fetches that the position is
already part of), then units (further fetches opened for it, in order). A placement says at which
locations a demand is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.plan.positions import DeferredPart, Demand, Position, TypeClass
from gateway.plan.schema import Entry, Vertex
from gateway.supergraph.model import ContextArgument


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """A demand and the locations where it is asked for.

    Several locations each answer a part of the demand's child. `inputs` has, for each location,
    what its subgraph must be told for this field (`@requires`).
    """

    demand: Demand
    at: tuple[int, ...]
    inputs: tuple[tuple[Placement, ...], ...]
    contexts: tuple[ContextArgument, ...]
    child: Solution | None


@dataclass(frozen=True, slots=True, eq=False)
class Entrance:
    """How a unit gets at the objects of a class: the entry, and where its key comes from."""

    entry: Entry
    inputs: tuple[Placement, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A fetch opened for a position: per class of `Solution.classes` the entrance, if there is one.

    `untyped` units are opened before the concrete type of an interface object is known.
    """

    graph: str
    entrances: tuple[Entrance | None, ...]
    untyped: bool


@dataclass(frozen=True, slots=True, eq=False)
class SolvedClass:
    """Concrete types that are fetched in the same way, and how."""

    types: tuple[str, ...]
    source: TypeClass
    placements: tuple[Placement, ...]


def apart_for(solution: Solution, at: int, index: int) -> int:
    """The first class of which the same is asked at a location as of this one.

    An interface object's subgraph cannot tell concrete types, so objects of which different things
    are asked there have to be asked for apart.
    """
    wanted = _asked_of(solution, at, index)
    return next(number for number in range(index + 1) if _asked_of(solution, at, number) == wanted)


def _asked_of(solution: Solution, at: int, index: int) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    pending = list(solution.classes[index].placements)
    for unit in solution.units:
        entrance = unit.entrances[index]
        pending += entrance.inputs if entrance is not None else ()
    while pending:
        placement = pending.pop()
        if at in placement.at:
            found.add(placement.demand.identity)
        for inputs in placement.inputs:
            pending += inputs
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """All demands of a position, placed.

    `typename_at` is the location that tells the concrete type, if it must be known. `mask` has a
    bit for each request expected (stage × subgraph), `depth` is the number of stages. `deferred`
    parts are solved with fetches of their own, which take nothing but keys from the entries.
    """

    position: Position
    entries: tuple[Vertex, ...]
    units: tuple[Unit, ...]
    classes: tuple[SolvedClass, ...]
    typename_at: int | None
    mask: int
    depth: int
    deferred: tuple[tuple[DeferredPart, Solution], ...] = ()

    def used_entries(self) -> set[int]:
        """The entries that anything is asked of."""
        used: set[int] = set() if self.typename_at is None else {self.typename_at}
        pending: list[Placement] = []
        for unit in self.units:
            for entrance in unit.entrances:
                pending += entrance.inputs if entrance is not None else ()
        for each in self.classes:
            pending += each.placements
        while pending:
            placement = pending.pop()
            used.update(placement.at)
            for inputs in placement.inputs:
                pending += inputs
        return {index for index in used if index < len(self.entries)}
