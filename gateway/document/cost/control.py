"""Measuring and enforcing costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema

from gateway.document.cost.estimate import Estimator
from gateway.document.cost.weights import Weights
from gateway.document.operation import Operation
from gateway.errors import ClientError, Code
from gateway.execute.port import ExecutionResult
from gateway.plan.nodes import Each, Fetch, QueryPlan, TypeKind, WireField
from gateway.settings.serving import DemandControl as DemandControlSettings

CostExtension = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one operation costs. `expose` says where the client sees it; `by_subgraph` is what the
    plan is estimated to ask of each, where somebody wants to know."""

    estimated: int = 0
    expose: str = "none"
    maximum: int = 0
    estimator: Estimator | None = None
    operation: Operation | None = None
    variables: Mapping[str, Any] | None = None
    by_subgraph: Mapping[str, int] = field(default_factory=dict)

    @property
    def wants_data(self) -> bool:
        """Whether the client is told the actual cost, which only the whole data tells."""
        return self.expose == "extensions" and self.estimator is not None

    def extensions(self, result: ExecutionResult | None = None) -> CostExtension:
        """The entry of the response's `extensions`, if it belongs there."""
        if self.expose != "extensions":
            return {}
        shown: dict[str, Any] = {"estimated": self.estimated, "max": self.maximum}
        if self.by_subgraph:
            shown["bySubgraph"] = dict(self.by_subgraph)
        actual = self._actual(result)
        if actual is not None:
            shown["actual"] = actual
        return {"cost": shown}

    def headers(self, result: ExecutionResult | None = None) -> tuple[tuple[str, str], ...]:
        """Response headers that tell the cost, if they are wanted."""
        if self.expose != "headers":
            return ()
        headers = (("x-graphql-cost-estimated", str(self.estimated)),)
        actual = self._actual(result)
        if actual is None:
            return headers
        return (*headers, ("x-graphql-cost-actual", str(actual)))

    def _actual(self, result: ExecutionResult | None) -> int | None:
        if result is None or self.estimator is None or self.operation is None:
            return None
        return self.estimator.actual(self.operation, self.variables or {}, result.decoded())


FREE = Cost()
"""The cost of everything where nobody asks for it."""


class DemandControl:
    """Judges operations. Disabled, it costs nothing and everything costs nothing."""

    def __init__(
        self, settings: DemandControlSettings, schema: GraphQLSchema, weights: Weights
    ) -> None:
        self._settings = settings
        self._strategy = settings.strategy.static_estimated
        self._estimator = Estimator(schema, weights, self._strategy.list_size)

    def admit(self, operation: Operation, plan: QueryPlan, variables: Mapping[str, Any]) -> Cost:
        """Estimate an operation.

        Raises `ClientError` (`COST_ESTIMATED_TOO_EXPENSIVE`, `SUBGRAPH_COST_TOO_EXPENSIVE`) in the
        mode `enforce`.
        """
        if not self._settings.enabled:
            return FREE
        estimated = self._estimator.estimate(operation, variables)
        shown = self._settings.expose == "extensions"
        enforced = self._settings.mode == "enforce"
        wanted = shown or (enforced and self._settings.max_by_subgraph)
        by_subgraph = self.by_subgraph(plan) if wanted else {}
        if enforced:
            self._enforce(estimated, by_subgraph)
        actual = self._strategy.actual_cost
        return Cost(
            estimated,
            self._settings.expose,
            self._strategy.max,
            self._estimator if actual else None,
            operation,
            variables,
            by_subgraph if shown else {},
        )

    def _enforce(self, estimated: int, by_subgraph: Mapping[str, int]) -> None:
        if estimated > self._strategy.max:
            raise ClientError(
                f"The operation's estimated cost is {estimated}, more than the "
                f"{self._strategy.max} allowed.",
                Code.COST_ESTIMATED_TOO_EXPENSIVE,
                extensions={"cost": {"estimated": estimated, "max": self._strategy.max}},
            )
        for subgraph, cost in by_subgraph.items():
            limit = self._settings.max_by_subgraph.get(subgraph)
            if limit is not None and cost > limit:
                raise ClientError(
                    f"The operation's estimated cost for the subgraph '{subgraph}' is {cost}, "
                    f"more than the {limit} allowed.",
                    Code.SUBGRAPH_COST_TOO_EXPENSIVE,
                    extensions={"cost": {"estimated": cost, "max": limit, "subgraph": subgraph}},
                )

    def by_subgraph(self, plan: QueryPlan) -> dict[str, int]:
        """What a plan asks of each subgraph, by the weights of types; unknown lists have the
        assumed length, and so have the lists that entities are collected from."""
        costs: dict[str, int] = {}
        for fetch in plan.fetches:
            costs[fetch.subgraph] = costs.get(fetch.subgraph, 0) + self._fetch(fetch)
        return costs

    def _fetch(self, fetch: Fetch) -> int:
        size = self._strategy.list_size
        total = self._wire(fetch.root.selection) if fetch.root is not None else 0
        for call in fetch.entities:
            entities = sum(
                size ** sum(isinstance(step, Each) for step in target) for target in call.targets
            )
            total += entities * (1 + self._wire(call.selection))
        return total

    def _wire(self, fields: tuple[WireField, ...]) -> int:
        total = 0
        for wire in fields:
            leaf = wire.type.kind in (TypeKind.SCALAR, TypeKind.ENUM)
            weight = self._estimator.weights.types.get(wire.type.named, 0 if leaf else 1)
            count = self._strategy.list_size**wire.type.list_depth
            total += count * (weight + self._wire(wire.children))
        return total
