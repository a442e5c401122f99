"""The payloads of an incremental delivery, folded together, are the answer without `@defer`."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import ExecutionResult, execute, parse

from gateway.execute.executor import Executor
from gateway.execute.port import ExecutionContext, ExecutorOptions
from tests.kit.local_subgraph import LocalTransport
from tests.oracle.case import load
from tests.oracle.judge import Bench, build
from tests.oracle.operations import Operation, random_operation
from tests.oracle.partition import random_partition
from tests.oracle.world import random_world

WORLDS = 8
OPERATIONS = 6
GOLDEN = sorted((Path(__file__).parent.parent / "oracle" / "golden").glob("*.json"))


def with_defers(text: str, rng: random.Random) -> str:
    """The operation with some of its inline fragments deferred."""

    def defer(match: re.Match[str]) -> str:
        return f"{match[0]} @defer" if rng.random() < 0.5 else match[0]

    return re.sub(r"\.\.\. on \w+", defer, text)


def folded(target: Any, data: Any) -> Any:
    """What a client makes of a value and a later one for the same place."""
    if isinstance(target, dict) and isinstance(data, dict):
        for key, item in data.items():
            target[key] = folded(target[key], item) if key in target else item
        return target
    if isinstance(target, list) and isinstance(data, list):
        return [folded(one, other) for one, other in zip(target, data, strict=True)]
    return data


async def check_folding(bench: Bench, operation: Operation, rng: random.Random) -> bool:
    """Raise AssertionError if payloads do not fold to the answer; False if it is no case."""
    if operation.text.startswith("subscription"):
        return False
    bench.oracle_log.clear()
    right = execute(bench.oracle, parse(operation.text), variable_values=operation.variables)
    assert isinstance(right, ExecutionResult)
    plan = bench.planner.plan(parse(with_defers(operation.text, rng)), labels=bench.partition.on)
    context = ExecutionContext(operation.variables)
    for compiled in (False, True):
        transport = LocalTransport(bench.servers)
        options = ExecutorOptions(compiled=compiled)
        executor = Executor(transport.endpoints, transport, bench.public, options)
        prepared = executor.prepare(plan)
        bench.served_log.clear()
        whole = await prepared.run(context)
        assert json.loads(whole.data) == right.data
        assert bench.served_log == bench.oracle_log
        bench.served_log.clear()
        payloads = [payload async for payload in prepared.stream(context)]
        assert bench.served_log == bench.oracle_log
        assert [payload.has_next for payload in payloads[:-1]] == [True] * (len(payloads) - 1)
        assert not payloads[-1].has_next
        assert payloads[0].initial is not None
        assert payloads[0].initial.errors == []
        data = json.loads(payloads[0].initial.data)
        for payload in payloads[1:]:
            for part in payload.parts:
                assert not part.errors
                target = data
                for step in part.path:
                    target = target[step]
                folded(target, json.loads(part.data))
        assert data == right.data
    return bool(plan.deferred)


@pytest.mark.parametrize("seed", range(300, 300 + WORLDS))
async def test_folding_gives_the_answer(seed: int) -> None:
    bench = build(random_partition(random_world(seed)))
    rng = random.Random(seed)
    for index in range(OPERATIONS):
        operation = random_operation(bench.public, seed * 91 + index)
        if operation is not None:
            await check_folding(bench, operation, rng)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
async def test_kept_cases_fold_as_well(path: Path) -> None:
    case = load(path)
    bench = build(case.partition)
    for seed in range(8):
        await check_folding(bench, case.operation, random.Random(seed))
