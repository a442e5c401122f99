"""Plans of other planners, run as black boxes, beside ours for the same operations."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphql import parse

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.errors import GatewayError
from gateway.plan.nodes import OperationKind
from gateway.plan.planner import Planner
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.kit.answerable import obstacle
from tests.kit.subgraph_sdl import executable_schema
from tests.node.kit import run_script
from tests.oracle.composed_elsewhere import composed_by_apollo
from tests.oracle.operations import random_operation
from tests.oracle.partition import random_partition
from tests.oracle.parts import Partition
from tests.oracle.render import subgraph_sdl
from tests.oracle.world import random_world

OPERATIONS = 5
"""Operations on each world."""


@dataclass(frozen=True, slots=True)
class Task:
    """A supergraph, and operations by name. Without `subgraphs` others' requests are not judged."""

    name: str
    supergraph: str
    operations: dict[str, str]
    subgraphs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """How much a plan asks: requests to subgraphs, and how many of them wait for each other."""

    requests: int
    stages: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One operation: our plan's shape and those of the planners that made one that works."""

    task: str
    operation: str
    ours: Shape
    others: dict[str, Shape]

    @property
    def fewest(self) -> int:
        """The fewest requests that another planner needs."""
        return min(each.requests for each in self.others.values())


def sources(partition: Partition) -> list[SubgraphSource]:
    """The subgraphs of a divided world."""
    return [
        SubgraphSource(name, f"http://{name}.local/graphql", subgraph_sdl(partition, plan))
        for name, plan in partition.subgraphs.items()
    ]


def worlds(seeds: Collection[int]) -> Iterator[Task]:
    """Random operations on worlds composed here."""
    for seed in seeds:
        partition = random_partition(random_world(seed))
        composed = compose(sources(partition)).supergraph_sdl
        assert composed is not None
        yield _world(seed, partition, composed)


async def worlds_by_apollo(seeds: Collection[int], folder: Path) -> list[Task]:
    """The same on worlds that Apollo's library composes."""
    composed = await composed_by_apollo(seeds, folder)
    return [_world(each.seed, each.partition, each.supergraph) for each in composed]


def _world(seed: int, partition: Partition, supergraph: str) -> Task:
    public = public_schema(read_supergraph(supergraph))
    made = {
        str(index): random_operation(public, seed * 1_000 + index) for index in range(OPERATIONS)
    }
    operations = {name: each.text for name, each in made.items() if each is not None}
    subgraphs = {each.name: str(each.sdl) for each in sources(partition)}
    return Task(f"world {seed}", supergraph, operations, subgraphs)


async def compare(tasks: Sequence[Task], folder: Path) -> list[Compared]:
    """Plan every operation with each planner.

    Left out are plans that no subgraph would answer (`obstacle`), operations that no other planner
    plans, and mutations, whose order is worth a request to us: others send two mutation fields of
    one subgraph together although what the first one returns is then read after the second one has
    run; here everything below a field is read before the next.
    """
    content = [
        {"supergraph": each.supergraph, "operations": list(each.operations.values())}
        for each in tasks
    ]
    (folder / "tasks.json").write_text(json.dumps(content))
    await run_script(
        "planners.mjs", str(folder / "tasks.json"), str(folder / "plans.json"), seconds=600
    )
    plans = json.loads((folder / "plans.json").read_text())
    found = []
    for task, theirs in zip(tasks, plans, strict=True):
        planner = Planner(read_supergraph(task.supergraph))
        schemas = {name: executable_schema(sdl) for name, sdl in task.subgraphs.items()}
        for (name, text), others in zip(task.operations.items(), theirs, strict=True):
            ours = _shape(planner, text)
            shapes = {
                peer: Shape(len(plan["requests"]), plan["stages"])
                for peer, plan in others.items()
                if plan is not None
                and not any(
                    obstacle(document, *schemas[subgraph])
                    for subgraph, document in plan["requests"]
                    if subgraph in schemas
                )
            }
            if ours is not None and shapes:
                found.append(Compared(task.name, name, ours, shapes))
    return found


def _shape(planner: Planner, text: str) -> Shape | None:
    try:
        plan = planner.plan(parse(text))
    except GatewayError:
        return None
    if plan.kind is OperationKind.MUTATION:
        return None
    stages: list[int] = []
    for fetch in plan.fetches:
        stages.append(1 + max((stages[each] for each in fetch.depends_on), default=0))
    return Shape(len(plan.fetches), max(stages, default=0))
