"""No other planner answers an operation with fewer requests to subgraphs than ours.

Apollo's and Hive's planners run as black boxes on the scenarios and on random worlds. An operation
that another planner cannot plan at all is no comparison; further exceptions stand in `NO_MATCH`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from graphql import parse

from gateway.composition.compose import SubgraphSource, compose
from gateway.errors import GatewayError
from gateway.plan.nodes import OperationKind
from gateway.plan.planner import Planner
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.node.kit import needs_node, run_script
from tests.oracle.operations import random_operation
from tests.oracle.partition import random_partition
from tests.oracle.render import subgraph_sdl
from tests.oracle.world import random_world
from tests.plan.world import Case

pytestmark = [pytest.mark.node, needs_node]

HERE = Path(__file__).parent
WORLDS = 12
OPERATIONS = 5

NO_MATCH: dict[tuple[str, str], str] = {
    ("contexts", "hive"): "It knows no @context and leaves out the request for the value.",
    ("defers", "hive"): "It knows no @defer and puts everything into one payload.",
    ("defers", "apollo"): "As configured by default it puts everything into one payload.",
}
"""(scenario, planner) to the reason why its plans are no comparison."""


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
    supergraph: str
    operations: dict[str, str]


def _scenarios() -> list[_Task]:
    tasks = []
    for path in sorted((HERE / "cases").glob("*.yaml")):
        case = Case.read(path)
        text = (HERE / "golden" / path.stem / "supergraph.graphql").read_text("utf-8")
        operations = {each.name: each.query for each in case.operations if not each.fails}
        tasks.append(_Task(path.stem, text, operations))
    return tasks


def _worlds() -> list[_Task]:
    tasks = []
    for seed in range(1_000, 1_000 + WORLDS):
        partition = random_partition(random_world(seed))
        sources = [
            SubgraphSource(name, f"http://{name}", subgraph_sdl(partition, plan))
            for name, plan in partition.subgraphs.items()
        ]
        composed = compose(sources).supergraph_sdl
        assert composed is not None
        public = public_schema(read_supergraph(composed))
        made = {
            str(index): random_operation(public, seed * 1_000 + index)
            for index in range(OPERATIONS)
        }
        operations = {name: each.text for name, each in made.items() if each is not None}
        tasks.append(_Task(f"world {seed}", composed, operations))
    return tasks


@pytest.mark.parametrize("make", [_scenarios, _worlds])
async def test_no_planner_asks_less(make: object, tmp_path: Path) -> None:
    assert callable(make)
    tasks: list[_Task] = make()
    content = [
        {"supergraph": each.supergraph, "operations": list(each.operations.values())}
        for each in tasks
    ]
    (tmp_path / "tasks.json").write_text(json.dumps(content))
    await run_script(
        "planners.mjs", str(tmp_path / "tasks.json"), str(tmp_path / "counts.json"), seconds=110
    )
    counts = json.loads((tmp_path / "counts.json").read_text())
    compared = 0
    worse = []
    for task, theirs in zip(tasks, counts, strict=True):
        planner = Planner(read_supergraph(task.supergraph))
        for (name, text), other in zip(task.operations.items(), theirs, strict=True):
            ours = _requests(planner, text)
            counts_of_others = [
                count
                for planner_name, count in other.items()
                if count is not None and (task.name, planner_name) not in NO_MATCH
            ]
            best = min(counts_of_others, default=None)
            if ours is None or best is None:
                continue
            compared += 1
            if ours > best:
                worse.append((task.name, name, ours, other))
    assert not worse, "\n".join(map(str, worse))
    assert compared >= 40


def _requests(planner: Planner, text: str) -> int | None:
    """Our number of requests; none for mutations, whose order is worth a request to us.

    Others send two mutation fields of one subgraph together although what the first one returns is
    then read after the second one has run; here everything below a field is read before the next.
    """
    document = parse(text)
    try:
        plan = planner.plan(document)
    except GatewayError:
        return None
    return None if plan.kind is OperationKind.MUTATION else len(plan.fetches)
