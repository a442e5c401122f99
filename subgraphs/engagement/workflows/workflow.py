"""A workflow is a name and an order of steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from subgraphs.engagement.model.plan import PlanCase, Write
from subgraphs.engagement.steps.step import Step


@dataclass(frozen=True, slots=True)
class Workflow:
    """Steps run in this order, and are undone in the reverse order."""

    name: str
    steps: tuple[Step, ...]

    def plan(self, case: PlanCase) -> tuple[Write, ...]:
        """The whole impact, in the order of the steps."""
        return tuple(write for step in self.steps for write in step.plan(case))

    def step(self, name: str) -> Step:
        """The step of this name. Raises `KeyError`."""
        return self._by_name()[name]

    def _by_name(self) -> Mapping[str, Step]:
        return {step.name: step for step in self.steps}
