"""Random operations get the same answer from the monolith and through the gateway."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from graphql import parse

from tests.oracle.case import load
from tests.oracle.features import (
    OPERATION_FEATURES,
    PLAN_FEATURES,
    SCHEMA_FEATURES,
    operation_features,
    plan_features,
    schema_features,
)
from tests.oracle.judge import build, judge
from tests.oracle.operations import random_operation
from tests.oracle.partition import random_partition
from tests.oracle.world import random_world

WORLDS = 100

OPERATIONS = 5
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.mark.parametrize("seed", range(WORLDS))
async def test_as_the_monolith(seed: int) -> None:
    bench = build(random_partition(random_world(seed)))
    for index in range(OPERATIONS):
        operation = random_operation(bench.public, seed * 1000 + index)
        if operation is None:
            continue
        verdict = await judge(bench, operation)
        assert verdict.fault is None, f"{operation.text}\n{operation.variables}"


def test_worlds_use_every_feature() -> None:
    used: Counter[str] = Counter()
    for seed in range(2 * WORLDS):
        used.update(schema_features(random_partition(random_world(seed))))
    assert {name for name in SCHEMA_FEATURES if used[name] < 5} == set()


def test_operations_and_plans_use_every_feature() -> None:
    used: Counter[str] = Counter()
    for seed in range(WORLDS // 3):
        bench = build(random_partition(random_world(seed)))
        for index in range(OPERATIONS):
            operation = random_operation(bench.public, seed * 1000 + index)
            if operation is not None:
                used.update(operation_features(operation))
                used.update(plan_features(bench.planner.plan(parse(operation.text))))
    assert {name for name in OPERATION_FEATURES | PLAN_FEATURES if used[name] < 2} == set()


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
async def test_kept_failure_stays_mended(path: Path) -> None:
    case = load(path)
    verdict = await judge(build(case.partition), case.operation)
    assert verdict.fault is None
