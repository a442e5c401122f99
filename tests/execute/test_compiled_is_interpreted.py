"""Generated code and the reference interpreter agree: on what is asked, answered and complained."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.execute.port import ErrorPolicy, ExecutionContext, ExecutionResult, ExecutorOptions
from gateway.plan.nodes import QueryPlan
from tests.execute.plans import prepare
from tests.execute.random_plans import CHOSEN, RandomSubgraphs, random_plan

SEEDS = st.integers(0, 2**48)
CONTEXT = ExecutionContext({**CHOSEN, "a": [1, "é"]}, errors=ErrorPolicy(all=True))


async def execute(
    plan: QueryPlan, seed: int, *, compiled: bool, trusting: bool = True, **ways: bool
) -> tuple[ExecutionResult, RandomSubgraphs, int]:
    subgraphs = RandomSubgraphs(plan, seed, **ways)
    options = ExecutorOptions(compiled=compiled, trusting=trusting)
    prepared = prepare(plan, subgraphs, options)
    assert (prepared.source is not None) == (compiled and trusting)
    return await prepared.run(CONTEXT), subgraphs, prepared.fallbacks


async def agree(seed: int, **ways: bool) -> None:
    plan = random_plan(seed)
    expected, asked, _ = await execute(plan, seed, compiled=False, **ways)
    result, asked_too, fallbacks = await execute(plan, seed, compiled=True, **ways)
    assert sorted(asked_too.bodies) == sorted(asked.bodies)
    assert result.data == expected.data
    assert result.errors == expected.errors
    assert fallbacks == 0 or expected.errors


@given(SEEDS)
@settings(max_examples=70, deadline=None)
async def test_on_answers_that_conform(seed: int) -> None:
    await agree(seed)


@given(SEEDS)
@settings(max_examples=70, deadline=None)
async def test_when_subgraphs_fail(seed: int) -> None:
    await agree(seed, faults=True)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
async def test_garbage_gives_a_response_all_the_same(seed: int) -> None:
    plan = random_plan(seed)
    for compiled, trusting in ((True, True), (False, True), (False, False)):
        result, _, _ = await execute(
            plan, seed, compiled=compiled, trusting=trusting, faults=True, garbage=True
        )
        body: dict[str, Any] = json.loads(result.body())
        assert body["data"] is None or isinstance(body["data"], dict)
        assert all(isinstance(error["message"], str) for error in body.get("errors", ()))


@given(SEEDS)
@settings(max_examples=30, deadline=None)
async def test_answers_fit_the_public_types_whatever_fails(seed: int) -> None:
    """And every null under a non-null type that bubbled is explained by an error."""
    plan = random_plan(seed)
    result, _, _ = await execute(plan, seed, compiled=True, faults=True)
    data = json.loads(result.data)
    if data is None:
        assert result.errors
        return
    pending: list[tuple[Any, Any]] = [(data, plan.output)]
    while pending:
        value, output = pending.pop()
        for field in output.fields:
            if field.response_key in value:
                check(value[field.response_key], field, 0, pending)


def check(value: Any, field: Any, depth: int, pending: list[tuple[Any, Any]]) -> None:
    if value is None:
        assert field.type.nullable[depth]
    elif depth < field.type.list_depth:
        for item in value:
            check(item, field, depth + 1, pending)
    elif field.shape is not None:
        pending.append((value, field.shape))
