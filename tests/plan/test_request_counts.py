"""No other planner answers an operation with fewer requests to subgraphs than ours.

Apollo's and Hive's planners run as black boxes on the scenarios and on random worlds, composed here
and by Apollo's composition. An operation that another planner cannot plan at all is no comparison;
further exceptions stand in `NO_MATCH`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.node.kit import needs_node
from tests.plan.peers import Compared, Task, compare, worlds, worlds_by_apollo
from tests.plan.record import OURS
from tests.plan.world import Case

pytestmark = [pytest.mark.node, needs_node]

HERE = Path(__file__).parent
WORLDS = 20
"""Worlds compared at a time."""

PARTS = 4
"""Groups of scenarios, each compared at a time."""

_NO_CONTEXTS = "It knows no @context and leaves out the request for the value."
_CONTEXT_WITH_SETTER = (
    "Where the object that sets a context is fetched by key after the value is known, it sends the "
    "value along; here the object that takes it is asked for by its own key, one request later."
)
NO_MATCH: dict[tuple[str, str], str] = {
    ("nested_provides", "hive"): "It asks below what is provided for fields external there.",
    ("contexts", "hive"): _NO_CONTEXTS,
    ("world 1042", "hive"): _NO_CONTEXTS,
    ("world 1002", "apollo"): _CONTEXT_WITH_SETTER,
    ("world 1080", "apollo"): _CONTEXT_WITH_SETTER,
}
"""(scenario or world, planner) to the reason why its plans are no comparison."""

LATER = [
    pytest.param(first, marks=pytest.mark.nightly, id=f"worlds {first}")
    for first in range(1_020, 1_100, WORLDS)
]


def _scenarios(part: int) -> list[Task]:
    tasks = []
    for path in sorted((HERE / "cases").glob("*.yaml"))[part::PARTS]:
        if path.stem in OURS:
            continue
        case = Case.read(path)
        text = (HERE / "golden" / path.stem / "supergraph.graphql").read_text("utf-8")
        # Both others put what is deferred into the first payload, as they are configured here.
        operations = {
            each.name: each.query
            for each in case.operations
            if not each.fails and not each.invalid and "@defer" not in each.query
        }
        tasks.append(Task(path.stem, text, operations))
    return tasks


@pytest.mark.parametrize("part", range(PARTS), ids=lambda part: f"scenarios {part}")
async def test_on_scenarios(part: int, tmp_path: Path) -> None:
    _check(await compare(_scenarios(part), tmp_path), 60)


@pytest.mark.parametrize("first", [pytest.param(1_000, id="worlds 1000"), *LATER])
async def test_on_worlds(first: int, tmp_path: Path) -> None:
    _check(await compare(list(worlds(range(first, first + WORLDS))), tmp_path), 60)


@pytest.mark.parametrize("first", LATER)
async def test_on_worlds_that_apollo_composes(first: int, tmp_path: Path) -> None:
    tasks = await worlds_by_apollo(range(first, first + WORLDS), tmp_path)
    assert len(tasks) >= WORLDS * 3 // 4
    _check(await compare(tasks, tmp_path), 45)


def _check(compared: Sequence[Compared], at_least: int) -> None:
    counted = {
        each: shapes
        for each in range(len(compared))
        if (
            shapes := [
                shape.requests
                for peer, shape in compared[each].others.items()
                if (compared[each].task, peer) not in NO_MATCH
            ]
        )
    }
    worse = [
        compared[each] for each in counted if compared[each].ours.requests > min(counted[each])
    ]
    assert not worse, "\n".join(map(str, worse))
    assert len(counted) >= at_least
