"""Every case: its plans are as recorded, hold statically, and give the one right answer.

`UPDATE_PLANS=1 pytest tests/plan` records plans anew; review the difference.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
    value_from_ast_untyped,
)

from gateway.errors import GatewayError
from gateway.execute.executor import Executor
from gateway.execute.port import (
    ErrorPolicy,
    ExecutionContext,
    ExecutorOptions,
    PreparedPlan,
)
from gateway.plan.planner import Planner
from gateway.plan.print import print_plan
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.kit.plan_checker import check_plan
from tests.plan.world import Case, Operation, Session
from tests.plan.world_subgraph import WorldSubgraph, WorldTransport

HERE = Path(__file__).parent
UPDATE = bool(os.environ.get("UPDATE_PLANS"))


@cache
def case_of(name: str) -> Case:
    return Case.read(HERE / "cases" / f"{name}.yaml")


@cache
def planner_of(name: str) -> Planner:
    text = (HERE / "golden" / name / "supergraph.graphql").read_text("utf-8")
    return Planner(read_supergraph(text))


CASES = [
    pytest.param(path.stem, operation.name, id=f"{path.stem}-{operation.name}")
    for path in sorted((HERE / "cases").glob("*.yaml"))
    for operation in case_of(path.stem).operations
]


def _defaults(document: DocumentNode) -> dict[str, Any]:
    """What the pipeline fills in for variables that a client leaves out."""
    return {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
        for each in node.variable_definitions or ()
        if each.default_value is not None
    }


def _expected(case: Case, schema: GraphQLSchema, operation: Operation) -> tuple[Any, list[str]]:
    """The right data, and the mutations in the order in which they run."""
    assert operation.expected is not None or not case.contradicts, "tell what this is answered with"
    right, session = case.monolith(schema, operation)
    if operation.expected is not None:
        return operation.expected, session.log
    assert not right.errors, right.errors
    return right.data, session.log


async def _folded(prepared: PreparedPlan, context: ExecutionContext) -> Any:
    """The answer put together from the payloads of an incremental delivery."""
    whole: dict[str, Any] = {}
    async for payload in prepared.stream(context):
        if payload.initial is not None:
            assert not payload.initial.errors
            whole = orjson.loads(payload.initial.data)
        for part in payload.parts:
            assert not part.errors
            target: Any = whole
            for step in part.path:
                target = target[step]
            _fold(target, orjson.loads(part.data))
    return whole


def _fold(target: Any, part: Any) -> None:
    for key, value in part.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _fold(target[key], value)
        elif isinstance(value, list) and isinstance(target.get(key), list):
            for one, other in zip(target[key], value, strict=True):
                if isinstance(one, dict):
                    _fold(one, other)
        else:
            target[key] = value


@pytest.mark.parametrize(("case_name", "operation_name"), CASES)
async def test_case(case_name: str, operation_name: str) -> None:
    case = case_of(case_name)
    operation = next(each for each in case.operations if each.name == operation_name)
    planner = planner_of(case_name)
    schema = public_schema(planner.supergraph)
    document = parse(operation.query)
    if operation.invalid:
        assert validate(schema, document) or operation.variables
        return
    assert not validate(schema, document)
    golden = HERE / "golden" / case_name / f"{operation_name}.plan"
    if operation.fails:
        with pytest.raises(GatewayError) as caught:
            planner.plan(document, labels=operation.labels)
        assert caught.value.code == "QUERY_PLANNING_FAILED"
        return
    plan = planner.plan(document, labels=operation.labels)
    text = print_plan(plan)
    case.possible = dict(planner.supergraph.possible_types)
    subgraphs = {name: WorldSubgraph(name, sdl, case) for name, sdl in case.subgraphs.items()}
    schemas = {name: each.schema for name, each in subgraphs.items()}
    check_plan(plan, schemas, complete=not operation.partial)
    variables = {**_defaults(document), **operation.variables}
    expected, mutations = _expected(case, schema, operation)
    for compiled in (False, True):
        case.session = Session()
        transport = WorldTransport(subgraphs)
        executor = Executor(
            planner.supergraph.urls(), transport, schema, ExecutorOptions(compiled=compiled)
        )
        context = ExecutionContext(variables=variables, errors=ErrorPolicy(all=True))
        result = await executor.prepare(plan).run(context)
        violations = [each for one in subgraphs.values() for each in one.violations]
        assert not violations, (violations, text)
        assert operation.has_expected_errors(result.errors), (result.errors, text)
        assert case.session.log == mutations, text
        answer = orjson.loads(result.data)
        if plan.deferred:
            assert answer == expected, text
            assert await _folded(executor.prepare(plan), context) == expected, text
        else:
            assert orjson.dumps(answer) == orjson.dumps(expected), text
        violations = [each for one in subgraphs.values() for each in one.violations]
        assert not violations, (violations, text)
    if UPDATE:
        golden.write_text(text, "utf-8")
    assert golden.read_text("utf-8") == text
