"""Plans, made once for each operation and kept ready to run.

Planning itself is pure (`gateway/plan`). Here it is given a thread, so that a hard operation does
not hold up the others, and a bounded cache, in which requests for the same operation share one
computation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from gateway.document.cache import SingleFlightCache
from gateway.document.operation import Operation
from gateway.execute.port import PlanExecutor, PreparedPlan
from gateway.plan.nodes import QueryPlan

PlanKey = tuple[str, frozenset[str]]
"""The operation's normalised text, and the labels of progressive overrides that are on."""

PlanOperation = Callable[[Operation, frozenset[str]], QueryPlan]
"""Plans an operation for a set of override labels. Raises `GatewayError`."""


class PlanStore:
    """Looks plans up by the operation's normalised text, or makes them.

    An operation that authorisation has cut down has another text, and so a plan of its own: no
    caller is ever served by a plan that was made for somebody with other rights.
    """

    def __init__(
        self,
        plan: PlanOperation,
        executor: PlanExecutor,
        threads: Executor,
        capacity: int,
    ) -> None:
        self._plan = plan
        self._executor = executor
        self._threads = threads
        self.cache: SingleFlightCache[PlanKey, tuple[Operation, PreparedPlan]] = SingleFlightCache(
            capacity
        )

    async def get(self, operation: Operation, labels: frozenset[str] = frozenset()) -> PreparedPlan:
        """The prepared plan of an operation. Raises `GatewayError`."""
        key = (operation.text, labels)
        found = self.cache.get(key)
        if found is None:
            found = await self.cache.compute(key, lambda: self._make(operation, labels))
        return found[1]

    async def _make(
        self, operation: Operation, labels: frozenset[str]
    ) -> tuple[Operation, PreparedPlan]:
        loop = asyncio.get_running_loop()
        plan = await loop.run_in_executor(self._threads, self._plan, operation, labels)
        return operation, self._executor.prepare(plan)

    def most_used(self, count: int) -> Sequence[tuple[str, frozenset[str]]]:
        """Texts and labels of recently used plans, to plan them again for another supergraph."""
        return [key for key, _ in list(self.cache.recent())[:count]]
