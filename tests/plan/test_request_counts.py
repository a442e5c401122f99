"""No other planner answers an operation with fewer requests to subgraphs than ours.

Apollo's and Hive's planners run as black boxes on the scenarios and on random worlds. An operation
that another planner cannot plan at all is no comparison; further exceptions stand in `NO_MATCH`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    visit,
)

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.errors import GatewayError
from gateway.plan.nodes import OperationKind
from gateway.plan.planner import Planner
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.kit.subgraph_sdl import EntityRules, executable_schema
from tests.node.kit import needs_node, run_script
from tests.oracle.operations import random_operation
from tests.oracle.partition import random_partition
from tests.oracle.render import subgraph_sdl
from tests.oracle.world import random_world
from tests.plan.record import OURS
from tests.plan.world import Case

pytestmark = [pytest.mark.node, needs_node]

HERE = Path(__file__).parent
WORLDS = 20
"""Worlds compared at a time."""

OPERATIONS = 5

PARTS = 4
"""Groups of scenarios, each compared at a time."""

NO_MATCH: dict[tuple[str, str], str] = {
    ("nested_provides", "hive"): "It asks below what is provided for fields external there.",
    ("contexts", "hive"): "It knows no @context and leaves out the request for the value.",
}
"""(scenario, planner) to the reason why its plans are no comparison."""


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
    supergraph: str
    operations: dict[str, str]
    subgraphs: dict[str, str] = field(default_factory=dict)


def _scenarios(part: int) -> list[_Task]:
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
        tasks.append(_Task(path.stem, text, operations))
    return tasks


def _worlds(first: int) -> list[_Task]:
    tasks = []
    for seed in range(first, first + WORLDS):
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
        subgraphs = {each.name: str(each.sdl) for each in sources}
        tasks.append(_Task(f"world {seed}", composed, operations, subgraphs))
    return tasks


@pytest.mark.parametrize(
    ("make", "at_least"),
    [
        *(
            pytest.param(partial(_scenarios, part), 60, id=f"scenarios {part}")
            for part in range(PARTS)
        ),
        pytest.param(partial(_worlds, 1_000), 60, id="worlds 1000"),
        *(
            pytest.param(
                partial(_worlds, first), 60, id=f"worlds {first}", marks=pytest.mark.nightly
            )
            for first in range(1_020, 1_100, 20)
        ),
    ],
)
async def test_no_planner_asks_less(
    make: Callable[[], list[_Task]], at_least: int, tmp_path: Path
) -> None:
    tasks = make()
    worse, compared = await compare(tasks, tmp_path)
    assert not worse, "\n".join(worse)
    assert compared >= at_least


async def compare(tasks: Sequence[_Task], folder: Path) -> tuple[list[str], int]:
    """Where another planner asks less, and how many operations could be compared."""
    content = [
        {"supergraph": each.supergraph, "operations": list(each.operations.values())}
        for each in tasks
    ]
    (folder / "tasks.json").write_text(json.dumps(content))
    await run_script(
        "planners.mjs", str(folder / "tasks.json"), str(folder / "plans.json"), seconds=280
    )
    plans = json.loads((folder / "plans.json").read_text())
    compared = 0
    worse = []
    for task, theirs in zip(tasks, plans, strict=True):
        planner = Planner(read_supergraph(task.supergraph))
        schemas = {name: executable_schema(sdl) for name, sdl in task.subgraphs.items()}
        for (name, text), others in zip(task.operations.items(), theirs, strict=True):
            ours = _requests(planner, text)
            counts = {
                peer: len(requests)
                for peer, requests in others.items()
                if requests is not None
                and (task.name, peer) not in NO_MATCH
                and not any(
                    _asks_without_telling(document, *schemas[subgraph])
                    for subgraph, document in requests
                    if subgraph in schemas
                )
            }
            if ours is None or not counts:
                continue
            compared += 1
            if ours > min(counts.values()):
                worse.append(f"{task.name}, {name}: {ours} requests, others {counts}")
    return worse, compared


def _asks_without_telling(document: str, schema: GraphQLSchema, rules: EntityRules) -> bool:
    """Whether a request asks for a field with `@requires` where nothing could be sent for it.

    Others do so where another requirement, or a provision of the same path, makes them believe that
    the subgraph knows the required field. Such a request is one less, and gets no right answer.
    """
    types = TypeInfo(schema)
    finder = _Untold(types, rules)
    visit(parse(document), TypeInfoVisitor(types, finder))
    return finder.found


class _Untold(Visitor):
    def __init__(self, types: TypeInfo, rules: EntityRules) -> None:
        super().__init__()
        self.types = types
        self.rules = rules
        self.path: list[str] = []
        self.found = False

    def enter_field(self, node: FieldNode, *_args: object) -> None:
        parent = self.types.get_parent_type()
        required = parent is not None and (parent.name, node.name.value) in self.rules.requires
        self.found = self.found or (required and self.path != ["_entities"])
        self.path.append(node.name.value)

    def leave_field(self, _node: FieldNode, *_args: object) -> None:
        self.path.pop()


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
