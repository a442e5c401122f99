"""How many plans are kept: so many, or as many as fit into memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.document.operation import Operation
from gateway.plans import PlanStore


class Planner:
    """Plans by name only; what a plan is made of does not matter here."""

    labelled = False

    def plan(self, document: Any, *_: Any) -> Any:
        return document

    def override_labels(self, _: Any) -> tuple[str, ...]:
        return ()


class Executor:
    """Prepares plans whose code has a given size."""

    def __init__(self, characters: int) -> None:
        self.source = "x" * characters

    def prepare(self, plan: Any) -> Any:
        return SimpleNamespace(plan=plan, source=self.source)


def operation(number: int) -> Operation:
    text = f"query Q{number} {{ a }}"
    made: Any = SimpleNamespace(text=text, hash=text, document=text, name=None)
    return made


@pytest.mark.parametrize(
    ("characters", "capacity", "kept"),
    [(1_000, 8, 8), (1_000, 3, 3), (100_000, 8, 1), (200_000, 8, 0), (40_000, 100, 4)],
)
async def test_plans_are_bounded_by_number_and_by_size(
    characters: int, capacity: int, kept: int
) -> None:
    with ThreadPoolExecutor(1) as threads:
        planner: Any = Planner()
        store = PlanStore(planner, Executor(characters), threads, capacity, max_bytes=1_000_000)
        for number in range(12):
            await store.get(operation(number))
    assert len(store.cache) == kept
    assert (store.known(operation(11)) is not None) == bool(kept)
    assert store.known(operation(0)) is None
