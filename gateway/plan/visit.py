"""Where emission stands: the place of the answer, and the solution that is being drawn up there."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.plan.fetch_graph import FetchNode, Selection
from gateway.plan.nodes import Condition, Path
from gateway.plan.solution import Solution
from gateway.plan.wires import WirePath


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """Where an entry of a position is fetched."""

    node: FetchNode
    selection: Selection


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the answer, and the fetches that must be done before its objects can be found.

    `when` is the client's condition on the way there: what is asked below is there only then.
    """

    path: Path
    wire_path: WirePath
    found_by: frozenset[int]
    barrier: int = 0
    above: tuple[Visit, ...] = ()
    deferred: int | None = None
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class EmittedPart:
    """A deferred part at one place; its index is that of `FetchNode.defer`."""

    source: int
    path: Path
    wire_path: WirePath
    parent: int | None


@dataclass(slots=True, eq=False)
class Visit:
    """The emission of one solution at one place."""

    solution: Solution
    spots: tuple[Spot | None, ...]
    place: Place
    types: tuple[str, ...]
    opened: dict[tuple[int, int, int], FetchNode] = field(default_factory=dict)
    """Fetches by location; an interface object's also by the class that it is apart for, and those
    whose representations would contradict each other by a number."""
    entered: set[tuple[int, int, int]] = field(default_factory=set)
    """The locations, classes and numbers for which keys are placed."""
    used: set[int] = field(default_factory=set)
    answered: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    among: tuple[str, ...] = ()
    """The types that objects of the place may have, of which a deferred part may be for fewer."""

    def __post_init__(self) -> None:
        self.among = self.types
