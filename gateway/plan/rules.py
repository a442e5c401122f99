"""Rules of meaning that no subgraph's schema states: what other gateways refuse, we refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.plan.positions import Demand, Position, TypeClass
from gateway.plan.schema import Vertex

if TYPE_CHECKING:
    from gateway.plan.solve import Solver


def violates_joint_rule(solver: Solver, position: Position, entries: tuple[Vertex, ...]) -> bool:
    """Whether some demand made of an abstract type has no single entry that serves all its types.

    A client that asks a field of an interface means any object of it, whichever it will be. To
    answer some concrete types from one subgraph and the rest from another would answer operations
    that have no answer when a subgraph is asked alone. Demands inside a fragment on an object type
    may be divided.
    """
    checked: set[tuple[str, str]] = set()
    for each in position.classes:
        for demand in each.demands:
            if not demand.abstract or demand.identity in checked:
                continue
            checked.add(demand.identity)
            alone = _only(position, demand)
            if all(solver.solve(alone, (entry,)) is None for entry in entries):
                return True
    return False


def _only(position: Position, demand: Demand) -> Position:
    """The position with nothing but one demand."""
    classes = tuple(
        TypeClass(each.types, tuple(kept), (), False)
        for each in position.classes
        if (kept := [d for d in each.demands if d.identity == demand.identity and d.abstract])
    )
    return Position(position.type_name, classes)
