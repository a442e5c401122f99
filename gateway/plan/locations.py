"""What the search at one position works on: its wants, and the locations that may answer them.

A location is one of the fetches that the position is already part of (an entry), or a further fetch
opened for it (a unit). What is worked out about a state is kept with it: states grow from one
another by one location each, so that only what the new one adds has to be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.plan.positions import Demand, Position, TypeClass
from gateway.plan.schema import PlannerSchema, Step, Vertex
from gateway.plan.solution import Placement, Solution, Unit
from gateway.supergraph.model import ContextArgument

if TYPE_CHECKING:
    from gateway.plan.solve import Solver


@dataclass(slots=True, eq=False)
class Want:
    """A demand of a class of the position, or a field of a key or requirement of its objects.

    `number` names it at this position. `graphs` may have a part in getting at it, `providers`
    resolve it; both are filled in for demands alone. `ways` has what is known by vertex: a step is
    one that needs to be told something first.
    """

    number: int
    index: int
    type_name: str
    demand: Demand
    graphs: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    ways: dict[int, Way | Step | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One location that can answer a field: where it leads, and what it must be told first."""

    target: Vertex | None
    inputs: tuple[Placement, ...] = ()
    contexts: tuple[ContextArgument, ...] = ()
    depth: int = 0
    mask: int = 0


Option = tuple[int, int, tuple[int, ...], tuple[Way, ...], Solution | None]
"""How a want may be met: the stage at which all below it is answered, the requests that takes, the
locations' numbers, the ways there, and what is done below. Most options are never taken, so they
become a `Placement` only then."""


def placed(demand: Demand, option: Option) -> Placement:
    """The placement of a demand by an option."""
    _depth, _mask, at, ways, child = option
    return Placement(
        demand,
        at,
        tuple(way.inputs for way in ways),
        tuple(each for way in ways for each in way.contexts),
        child,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Obtained:
    """A key or requirement: where each of its fields comes from, and by when."""

    options: tuple[Option, ...]
    placements: tuple[Placement, ...]
    depth: int
    mask: int


@dataclass(slots=True, eq=False)
class Location:
    """An entry or unit, seen by each class; `depth` is the stage at which it is answered.

    `origin` is the state that a unit was opened in: what its subgraph is told comes from there.
    `able` has what it answers, as in `AnswerTable`.
    """

    vertices: tuple[Vertex | None, ...]
    depth: int
    untyped: bool
    origin: State | None = None
    unit: Unit | None = None
    mask: int = 0
    able: int | None = None


@dataclass(slots=True, eq=False)
class State:
    """Locations opened so far, and whether the concrete types of objects are known by now.

    The tables are by the number of the want. A state knows those it grew from and not those that
    grow from it: there are no cycles, so that all states are freed once a position is solved.
    """

    locations: tuple[Location, ...]
    typed: bool
    mask: int
    units: int
    parent: State | None = None
    singles: dict[int, list[Option]] = field(default_factory=dict)
    options: dict[int, list[Option]] = field(default_factory=dict)
    cheapest: dict[int, Option | None] = field(default_factory=dict)
    targets: dict[int, set[Vertex | None]] = field(default_factory=dict)
    obtained: dict[tuple[int, str], Obtained | None] = field(default_factory=dict)
    missing: list[Want] | None = None
    expensive: list[Want] | None = None
    answered: int | None = None

    @property
    def first_new(self) -> int:
        """The number of the first location that the state before did not have."""
        return 0 if self.parent is None else len(self.parent.locations)


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
