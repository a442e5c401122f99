"""Plans, made once for each operation and kept ready to run.

Planning itself is pure (`gateway/plan`). Here it is given a thread, so that a hard operation does
not hold up the others, and a bounded cache, in which requests for the same operation share one
computation.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from typing import Protocol

from cachetools import LRUCache
from graphql import DocumentNode

from gateway.document.cache import SingleFlightCache
from gateway.document.operation import Operation
from gateway.execute.port import PlanExecutor, PreparedPlan
from gateway.plan.nodes import QueryPlan

PlanKey = tuple[str, frozenset[str]]
"""The operation's normalised text, and the labels of progressive overrides that are on."""

_KNOWN_LABELS = 10_000


class OperationPlanner(Protocol):
    """What the store needs of `gateway.plan.planner.Planner`."""

    def plan(
        self,
        document: DocumentNode,
        operation_name: str | None = None,
        labels: Mapping[str, bool] | None = None,
    ) -> QueryPlan:
        """Plan an operation. Raises `GatewayError`."""

    @property
    def labelled(self) -> bool:
        """Whether plans may depend on labels of progressive overrides at all."""

    def override_labels(self, document: DocumentNode) -> tuple[str, ...]:
        """The labels on which a plan of the document may depend."""


class PlanStore:
    """Looks plans up by the operation's normalised text, or makes them.

    An operation that authorisation has cut down has another text, and so a plan of its own: no
    caller is ever served by a plan that was made for somebody with other rights.

    `labels_on` are override labels that are always on; a label `percent(x)` is on for that share
    of the requests. At most `capacity` plans are kept, and of large ones so many as about
    `max_bytes` hold.
    """

    def __init__(
        self,
        planner: OperationPlanner,
        executor: PlanExecutor,
        threads: Executor,
        capacity: int,
        *,
        max_bytes: int = 32 * 1024 * 1024,
        labels_on: Collection[str] = (),
        random_source: Callable[[], float] = random.random,
        report: Callable[[str], None] | None = None,
    ) -> None:
        self._planner = planner
        self._executor = executor
        self._threads = threads
        self._labels_on = frozenset(labels_on)
        self._random = random_source
        self._labels: LRUCache[str, tuple[str, ...]] = LRUCache(_KNOWN_LABELS)
        # A small plan counts as an equal share of all, so that both bounds are one.
        share = max(1, max_bytes // capacity)
        self.cache: SingleFlightCache[PlanKey, PreparedPlan] = SingleFlightCache(
            share * capacity, lambda key, plan: max(share, _bytes(key, plan)), report
        )

    def known(self, operation: Operation) -> PreparedPlan | None:
        """The plan of an operation that depends on no label, if it is there. The hot path."""
        if self._planner.labelled:
            return None
        return self.cache.get((operation.text, _NO_LABELS))

    async def get(self, operation: Operation) -> PreparedPlan:
        """The prepared plan of an operation. Raises `GatewayError`."""
        labels = self._draw(operation)
        key = (operation.text, labels)
        found = self.cache.get(key)
        if found is None:
            found = await self.cache.compute(key, lambda: self._make(operation, labels))
        return found

    async def _make(self, operation: Operation, labels: frozenset[str]) -> PreparedPlan:
        loop = asyncio.get_running_loop()
        plan = await loop.run_in_executor(self._threads, self._plan, operation, labels)
        return self._executor.prepare(plan)

    def _plan(self, operation: Operation, labels: frozenset[str]) -> QueryPlan:
        return self._planner.plan(operation.document, operation.name, dict.fromkeys(labels, True))

    def _draw(self, operation: Operation) -> frozenset[str]:
        """Which of the labels that matter to an operation are on for this request."""
        labels = self._labels.get(operation.hash)
        if labels is None:
            labels = self._planner.override_labels(operation.document)
            self._labels[operation.hash] = labels
        if not labels:
            return _NO_LABELS
        draw = self._random() * 100  # one draw, so that equal shares agree with each other
        return frozenset(
            label for label in labels if label in self._labels_on or draw < _percentage(label)
        )

    def most_used(self, count: int) -> Sequence[str]:
        """Texts of the operations used most, to plan them again for another supergraph.

        Those that were used once are left out: they are not likely to come again.
        """
        return list(dict.fromkeys(text for text, _ in self.cache.most_used()))[:count]


def _bytes(key: PlanKey, prepared: PreparedPlan) -> int:
    # Measured: a plan with its code takes about five times the size of the code's source.
    source = prepared.source
    return 10_000 + (150 * len(key[0]) if source is None else 6 * len(source))


_NO_LABELS: frozenset[str] = frozenset()


def _percentage(label: str) -> float:
    """The share of a label `percent(x)`; composition has checked the number."""
    if not label.startswith("percent("):
        return 0.0
    return float(label.removeprefix("percent(").removesuffix(")"))
