"""The reference program: the plan walked for each request."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from gateway.errors import Code
from gateway.execute import wire_json
from gateway.execute.conditions import holds
from gateway.execute.envelope import FetchFailure
from gateway.execute.interpreter.collect import Group, collect, objects_at
from gateway.execute.interpreter.merge import merge_object
from gateway.execute.interpreter.project import Projection
from gateway.execute.port import ExecutorOptions
from gateway.execute.program import Outgoing, Projected, State, Tree
from gateway.plan.nodes import EntityCall, Fetch, Output, QueryPlan


class Interpreter:
    """A `Program` that interprets its plan."""

    source: str | None = None

    def __init__(
        self, plan: QueryPlan, options: ExecutorOptions, abstract: Collection[str]
    ) -> None:
        self._plan = plan
        self._options = options
        self._abstract = abstract

    def requests(self, state: State, fetch: int) -> list[Outgoing]:
        """See `Program`."""
        node = self._plan.fetches[fetch]
        if node.root is not None:
            targets = [target for target, _ in objects_at(state.root, node.root.target)]
            return [Outgoing(_body(node, state, {}), (), targets)] if targets else []
        collected = [
            collect(state.root, call) if holds(call.when, state.variables) else []
            for call in node.entities
        ]
        return [
            self._entity_request(node, state, [_nth(groups, turn) for groups in collected], turn)
            for turn in range(max(map(len, collected), default=0))
        ]

    def _entity_request(
        self, node: Fetch, state: State, groups: list[Group | None], turn: int
    ) -> Outgoing:
        extra: dict[str, Any] = {}
        total = 0
        for call, group in zip(node.entities, groups, strict=True):
            _fill(extra, call, group)
            count = len(group.owners) if group is not None else 0
            if count > self._options.max_representations:
                raise FetchFailure(Code.SUBREQUEST_TOO_LARGE, f"{count} representations")
            total += count
        state.entities += total
        if state.entities > self._options.max_entities:
            raise FetchFailure(Code.SUBREQUEST_TOO_LARGE, f"{state.entities} entities")
        owners = tuple(None if group is None else group.owners for group in groups)
        return Outgoing(_body(node, state, extra), owners, [], total, turn)

    def merge(self, state: State, fetch: int, outgoing: Outgoing, data: Tree) -> list[int]:
        """See `Program`."""
        node = self._plan.fetches[fetch]
        if node.root is not None:
            for target in outgoing.roots:
                merge_object(target, data, node.root.selection, self._abstract)
            return []
        unfit: list[int] = []
        for index, (call, owners) in enumerate(zip(node.entities, outgoing.owners, strict=True)):
            if owners is None:
                continue
            entities = data.get(call.alias)
            if entities.__class__ is not list or len(entities) != len(owners):
                unfit.append(index)
            if entities.__class__ is not list:
                continue
            for entity, targets in zip(entities, owners, strict=False):
                if entity.__class__ is dict:
                    for target in targets:
                        merge_object(target, entity, call.selection, self._abstract)
        return unfit

    def project(
        self, state: State, output: Output, source: Tree, *, troubled: bool = False
    ) -> Projected:
        """See `Program`."""
        options = self._options
        projection = Projection(
            state.variables, self._plan.enums, self._abstract, not options.trusting
        )
        value = projection.run(source, output)
        return Projected(wire_json.encode(value), projection.violations)


def _nth(groups: list[Group], turn: int) -> Group | None:
    return groups[turn] if turn < len(groups) else None


def _fill(extra: dict[str, Any], call: EntityCall, group: Group | None) -> None:
    """Set the variables of one entity call. A call that is not asked gets an empty list."""
    extra[call.variable] = [] if group is None else group.representations
    if call.include_variable is not None:
        extra[call.include_variable] = group is not None
    if group is not None:
        extra.update(group.contexts)


def _body(node: Fetch, state: State, extra: dict[str, Any]) -> bytes:
    variables = {name: state.variables[name] for name in node.variables if name in state.variables}
    variables.update(extra)
    payload: dict[str, Any] = {"query": node.document}
    if node.operation_name is not None:
        payload["operationName"] = node.operation_name
    if variables:
        payload["variables"] = variables
    return wire_json.encode(payload)
