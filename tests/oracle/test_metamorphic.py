"""What makes no difference: neither to the answer nor to the number of requests.

The order of subgraphs, the order of selections, fragments, and the names that the client gives.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import parse

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.plan.planner import Planner
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.oracle.case import load
from tests.oracle.judge import build
from tests.oracle.metamorphic import difference
from tests.oracle.operations import random_operation
from tests.oracle.partition import random_partition
from tests.oracle.parts import Partition
from tests.oracle.render import subgraph_sdl
from tests.oracle.rewriting import REWRITINGS, Rewriting, shuffled
from tests.oracle.world import random_world

OPERATIONS = 5
GOLDEN = Path(__file__).parent / "golden"


def _planner(partition: Partition, names: dict[str, str]) -> Planner:
    sources = []
    for name, plan in partition.subgraphs.items():
        sdl = subgraph_sdl(partition, plan)
        for old, new in names.items():
            sdl = sdl.replace(f'from: "{old}"', f'from: "{new}"')
        sources.append(SubgraphSource(names[name], f"http://{name}", sdl))
    composed = compose(sources).supergraph_sdl
    assert composed is not None
    return Planner(read_supergraph(composed))


@pytest.mark.parametrize("seed", range(3_000, 3_012))
def test_order_of_subgraphs(seed: int) -> None:
    partition = random_partition(random_world(seed))
    one = _planner(partition, {name: name for name in partition.subgraphs})
    backwards = {name: f"z{9 - order}" for order, name in enumerate(partition.subgraphs)}
    other = _planner(partition, backwards)
    public = public_schema(one.supergraph)
    for index in range(OPERATIONS):
        operation = random_operation(public, seed * 1000 + index)
        if operation is not None:
            document = parse(operation.text)
            assert one.plan(document).cost.fetches == other.plan(document).cost.fetches


@pytest.mark.parametrize("rewrite", REWRITINGS, ids=lambda rewrite: rewrite.__name__)
async def test_ways_to_write_an_operation(rewrite: Rewriting) -> None:
    # The long run (`python -m tests.oracle`) does this with every operation.
    for seed in range(3_000, 3_003):
        bench = build(random_partition(random_world(seed)))
        for index in range(OPERATIONS):
            operation = random_operation(bench.public, seed * 1000 + index)
            if operation is not None:
                assert await difference(bench, operation, rewrite, seed) is None


async def test_the_order_of_selections_does_not_choose_among_equal_providers() -> None:
    # Whichever fetch the order of selections opened first was once taken for all that it answers,
    # though another one would have been ready for the next request as well.
    case = load(GOLDEN / "providers-of-equal-worth.json")
    bench = build(case.partition)
    for seed in range(10):
        assert await difference(bench, case.operation, shuffled, seed) is None
