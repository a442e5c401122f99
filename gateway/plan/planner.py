"""Plan operations: the stages in their order.

    tables (once) ─► positions ─► solution ─► fetch graph ─► passes ─► requests + output = plan

The planner is pure: equal inputs give equal plans, and nothing is read or sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
)

from gateway.errors import ClientError, Code, GatewayError
from gateway.plan.budget import PlanBudget, Spending
from gateway.plan.deferred import deferred_parts
from gateway.plan.draw import Drawing, draw_best
from gateway.plan.explain import explained
from gateway.plan.fetch_graph import FetchNode
from gateway.plan.introspection import introspection_part
from gateway.plan.nodes import Fetch, OperationKind, PlanCost, QueryPlan
from gateway.plan.operation import PositionBuilder
from gateway.plan.output import OutputBuilder
from gateway.plan.passes.demand_contexts import demand_contexts
from gateway.plan.passes.intersect_fragments import intersect_fragments
from gateway.plan.passthrough import passthrough_document
from gateway.plan.positions import Position
from gateway.plan.request import OperationInfo, RequestPrinter
from gateway.plan.schema import PlannerSchema, fields_named_in
from gateway.plan.solve import CannotDeferError
from gateway.supergraph.model import Supergraph

MAX_LABELLED_SCHEMAS = 32


class Planner:
    """Plans operations on one supergraph. Documents must be valid for its public schema."""

    def __init__(self, supergraph: Supergraph, budget: PlanBudget | None = None) -> None:
        self.supergraph = supergraph
        self._budget = budget or PlanBudget()
        self._schemas = {frozenset[str](): PlannerSchema(supergraph)}
        self._labelled = _labelled_fields(supergraph)
        self._needed = frozenset(
            name for name in fields_named_in(supergraph) if name in self._labelled
        )

    def plan(
        self,
        document: DocumentNode,
        operation_name: str | None = None,
        labels: Mapping[str, bool] | None = None,
        *,
        explain: bool = False,
        defer: bool = True,
    ) -> QueryPlan:
        """Plan one operation of a document.

        `labels` says which of the labels named by `override_labels` are on; others are off.
        Without `defer`, fragments under `@defer` are answered with the rest.
        `explain` adds to the plan what it costs and why each of its fetches is there.

        Raises:
            ClientError: `OPERATION_RESOLUTION_FAILURE` if the document has no such operation,
                `QUERY_PLANNING_BUDGET_EXCEEDED` if planning it costs too much,
                `QUERY_PLANNING_FAILED` if the subgraphs cannot answer it together.
            InternalError: `QUERY_PLANNING_FAILED` for faults of the planner itself.
        """
        operation, fragments = _operation(document, operation_name)
        schema = self._schema(frozenset(name for name, on in (labels or {}).items() if on))
        spending = Spending(self._budget)
        at_once: set[int] = set()
        try:
            while True:
                try:
                    plan = _Planning(schema, operation, fragments, spending, defer, at_once).plan()
                    break
                except CannotDeferError as error:
                    at_once.add(error.source)
            return explained(plan, spending) if explain else plan
        except GatewayError:
            raise
        except RecursionError:
            raise ClientError(
                "The operation cannot be planned: it is nested too deeply.",
                Code.QUERY_PLANNING_BUDGET_EXCEEDED,
            ) from None

    @property
    def labelled(self) -> bool:
        """Whether the supergraph has labels of progressive overrides."""
        return bool(self._labelled)

    def override_labels(self, document: DocumentNode) -> tuple[str, ...]:
        """The labels of progressive overrides on which a plan of the document may depend."""
        if not self._labelled:
            return ()
        names = {*_field_names(document), *self._needed}
        return tuple(sorted({label for name in names for label in self._labelled.get(name, ())}))

    def _schema(self, labels: frozenset[str]) -> PlannerSchema:
        known = labels & {label for group in self._labelled.values() for label in group}
        schema = self._schemas.get(known)
        if schema is None:
            if len(self._schemas) >= MAX_LABELLED_SCHEMAS:
                self._schemas.pop(next(reversed(self._schemas)))
            schema = self._schemas[known] = PlannerSchema(self.supergraph, known)
        return schema


@dataclass(slots=True, eq=False)
class _Planning:
    """The planning of one operation."""

    schema: PlannerSchema
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    spending: Spending
    defer: bool
    at_once: Collection[int]
    narrowed: bool = False

    def plan(self) -> QueryPlan:
        kind = OperationKind(self.operation.operation.value)
        root_type = self.schema.supergraph.root(kind)
        if root_type is None:
            raise ClientError(f"There are no {kind}s.", Code.QUERY_PLANNING_FAILED)
        builder = PositionBuilder(
            self.schema,
            self.spending,
            self.fragments,
            defer=self.defer and kind is not OperationKind.SUBSCRIPTION,
            at_once=self.at_once,
        )
        serial = kind is OperationKind.MUTATION
        position = builder.root(root_type, self.operation.selection_set, serial=serial)
        whole = position
        position = intersect_fragments(self.schema, whole)
        self.narrowed = position is not whole
        requirements = PositionBuilder(self.schema, self.spending, hidden=True)
        position = demand_contexts(self.schema, position, requirements)
        variables = {each.variable.name.value for each in self.operation.variable_definitions or ()}
        drawing = draw_best(
            self.schema, position, kind, requirements, self.spending, frozenset(variables)
        )
        return self._finish(kind, position, drawing)

    def _finish(self, kind: OperationKind, position: Position, drawing: Drawing) -> QueryPlan:
        groups = drawing.groups
        info = OperationInfo(
            kind,
            self.operation.name.value if self.operation.name is not None else None,
            {each.variable.name.value: each for each in self.operation.variable_definitions or ()},
            self.operation.directives or (),
        )
        printer = RequestPrinter(self.schema, info)
        at = {node.id: number for number, group in enumerate(groups) for node in group}
        fetches = tuple(
            printer.request(number, group, _depends_on(number, group, at))
            for number, group in enumerate(groups)
        )
        outputs = OutputBuilder(self.schema, drawing.wires)
        output = outputs.output(position)
        deferred = deferred_parts(position, drawing.parts, groups, outputs)
        introspection = introspection_part(self.operation, self.fragments)
        passthrough: str | None = None
        if introspection is None and not self.narrowed and len(groups) == 1 and not deferred:
            passthrough = passthrough_document(
                self.schema, self.operation, self.fragments, fetches, groups[0][0].graph
            )
        stages: dict[int, int] = {}
        for fetch in fetches:
            stages[fetch.id] = 1 + max((stages[other] for other in fetch.depends_on), default=0)
        return QueryPlan(
            kind=kind,
            fetches=fetches,
            output=output,
            deferred=deferred,
            primary=tuple(number for number, group in enumerate(groups) if group[0].defer is None),
            subscription=0 if kind is OperationKind.SUBSCRIPTION else None,
            passthrough=passthrough,
            introspection=introspection,
            enums=outputs.enums,
            cost=PlanCost(len(fetches), max(stages.values(), default=0), _fields(fetches)),
        )


def _depends_on(number: int, group: list[FetchNode], at: Mapping[int, int]) -> tuple[int, ...]:
    found = {at[other] for node in group for other in node.depends_on}
    return tuple(sorted(found - {number}))


def _operation(
    document: DocumentNode, name: str | None
) -> tuple[OperationDefinitionNode, dict[str, FragmentDefinitionNode]]:
    operations: list[OperationDefinitionNode] = []
    fragments: dict[str, FragmentDefinitionNode] = {}
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            operations.append(node)
        elif isinstance(node, FragmentDefinitionNode):
            fragments[node.name.value] = node
    if name is not None:
        operations = [each for each in operations if each.name and each.name.value == name]
    if len(operations) != 1:
        raise ClientError(
            f'There is no operation named "{name}".'
            if name is not None
            else "The document has several operations (or none); say which one to run.",
            Code.OPERATION_RESOLUTION_FAILURE,
        )
    return operations[0], fragments


def _fields(fetches: Sequence[Fetch]) -> int:
    """How many fields all requests ask for."""
    pending = [each for fetch in fetches for call in fetch.entities for each in call.selection]
    pending += [each for fetch in fetches if fetch.root for each in fetch.root.selection]
    number = 0
    while pending:
        number += 1
        pending += pending.pop().children
    return number


def _labelled_fields(supergraph: Supergraph) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for definition in supergraph.types.values():
        for field in definition.fields.values():
            for join in field.joins:
                if join.override_label is not None:
                    found.setdefault(field.name, set()).add(join.override_label)
    return {name: frozenset(labels) for name, labels in found.items()}


def _field_names(document: DocumentNode) -> set[str]:
    found: set[str] = set()
    pending: list[object] = list(document.definitions)
    while pending:
        node = pending.pop()
        if isinstance(node, FieldNode):
            found.add(node.name.value)
        selections = getattr(node, "selection_set", None)
        if selections is not None:
            pending += selections.selections
    return found
