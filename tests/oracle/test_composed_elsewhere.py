"""Random operations on worlds that another library has composed get the monolith's answers too."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.execute.test_deferred_laws import check_folding
from tests.execute.test_fault_laws import check_faults
from tests.node.kit import needs_node
from tests.oracle.composed_elsewhere import composed_by_apollo
from tests.oracle.judge import build, judge
from tests.oracle.operations import random_operation

pytestmark = [pytest.mark.node, needs_node]

OPERATIONS = 5


@pytest.mark.parametrize(
    ("first", "count"),
    [
        pytest.param(2_000, 8, id="worlds 2000"),
        *(
            pytest.param(first, 20, id=f"worlds {first}", marks=pytest.mark.nightly)
            for first in range(2_020, 2_220, 20)
        ),
    ],
)
async def test_as_the_monolith(first: int, count: int, tmp_path: Path) -> None:
    composed = await composed_by_apollo(range(first, first + count), tmp_path)
    assert len(composed) >= count * 3 // 4
    for each in composed:
        bench = build(each.partition, each.supergraph)
        for index in range(OPERATIONS):
            operation = random_operation(bench.public, each.seed * 1_000 + index)
            if operation is None:
                continue
            verdict = await judge(bench, operation)
            assert verdict.fault is None, f"seed {each.seed}/{index}: {operation.text}"
            await check_folding(bench, operation, Random(each.seed))
            await check_faults(bench, operation, index)
