"""Bounds on the planner's work, so that no operation can keep it busy.

Time is the last resort (plans must not depend on the machine's mood); the counted bounds are
reached first on anything but a machine in trouble.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from gateway.errors import ClientError, Code


@dataclass(frozen=True, slots=True)
class PlanBudget:
    """What one operation may cost.

    `seconds` is processor time of the planning thread, `selections` counts selections after
    fragments are expanded, `positions` the places of the answer that are solved, and `nodes` the
    steps of the search over alternatives, `nodes_per_position` those at one place. When nodes are
    used up, the best plan found so far is taken; the other bounds are errors.
    """

    seconds: float = 2.0
    selections: int = 50_000
    positions: int = 20_000
    nodes: int = 400
    nodes_per_position: int = 16


class Spending:
    """What one operation has cost so far."""

    def __init__(self, budget: PlanBudget) -> None:
        self._budget = budget
        self._deadline = time.thread_time() + budget.seconds
        self.selections = 0
        self.positions = 0
        self.nodes = 0

    def select(self, count: int = 1) -> None:
        """Account for selections.

        Raises:
            ClientError: `QUERY_PLANNING_BUDGET_EXCEEDED`, as from the other methods.
        """
        self.selections += count
        if self.selections > self._budget.selections:
            raise _exceeded("it selects too many fields")

    def position(self) -> None:
        """Account for solving one place of the answer."""
        self.positions += 1
        if self.positions > self._budget.positions:
            raise _exceeded("its answer has too many places to plan for")
        if not self.positions % 64:
            self._clock()

    def node(self) -> bool:
        """Account for one alternative; False once alternatives should no longer be looked at."""
        self.nodes += 1
        if not self.nodes % 64:
            self._clock()
        return self.nodes <= self._budget.nodes

    def allowance(self) -> int:
        """The alternatives that may be looked at for one position."""
        return self._budget.nodes_per_position

    def _clock(self) -> None:
        if time.thread_time() > self._deadline:
            raise _exceeded("finding a plan takes too long")


def _exceeded(reason: str) -> ClientError:
    return ClientError(
        f"The operation cannot be planned: {reason}.", Code.QUERY_PLANNING_BUDGET_EXCEEDED
    )
