"""Every scenario through `c2c serve`: gateway and subgraphs as servers, on both supergraphs.

One supergraph is the recorded one, which Apollo's composer made; the other one is ours. Of some
there is one more, as composers wrote them for Federation 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.plan.world import Case, Session
from tests.plan.world_server import ServedGateway, WorldServer, served_gateway, world_server
from tests.plan.world_subgraph import WorldSubgraph

HERE = Path(__file__).parent
NAMES = [path.stem for path in sorted((HERE / "cases").glob("*.yaml"))]
REFUSED = {"keys_mashup"}
"""Scenarios that our composer refuses; see `test_own_supergraphs`."""


def recorded(case: Case) -> str:
    return (HERE / "golden" / case.name / "supergraph.graphql").read_text("utf-8")


def first_join(case: Case) -> str:
    return (HERE / "golden" / case.name / "first_join.graphql").read_text("utf-8")


def own(case: Case) -> str:
    sources = [SubgraphSource(name, f"http://{name}", sdl) for name, sdl in case.subgraphs.items()]
    composed = compose(sources)
    assert composed.supergraph_sdl is not None, composed.errors
    return composed.supergraph_sdl


SCENARIOS = [
    pytest.param(name, make, id=f"{name}-{make.__name__}")
    for name in NAMES
    for make in (recorded, own)
    if make is recorded or name not in REFUSED
]
SCENARIOS += [
    pytest.param(path.parent.name, first_join, id=f"{path.parent.name}-first_join")
    for path in sorted((HERE / "golden").glob("*/first_join.graphql"))
]


@pytest.fixture(scope="module")
def world() -> Iterator[WorldServer]:
    with world_server() as made:
        yield made


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedGateway]:
    first = recorded(Case.read(HERE / "cases" / "requires.yaml"))
    with served_gateway(tmp_path_factory.mktemp("gateway"), first) as made:
        yield made


@pytest.mark.parametrize(("name", "supergraph_of"), SCENARIOS)
def test_scenario(
    name: str,
    supergraph_of: Callable[[Case], str],
    gateway: ServedGateway,
    world: WorldServer,
) -> None:
    case = Case.read(HERE / "cases" / f"{name}.yaml")
    text = world.at_home(supergraph_of(case))
    supergraph = read_supergraph(text)
    schema = public_schema(supergraph)
    case.possible = dict(supergraph.possible_types)
    world.subgraphs = {each: WorldSubgraph(each, sdl, case) for each, sdl in case.subgraphs.items()}
    gateway.load(text)
    for operation in case.operations:
        if operation.labels or "@defer" in operation.query:
            continue  # what the share of requests decides, and answers that come in parts
        case.session = Session()
        response = gateway.ask(operation.query, operation.variables)
        answer = response.json()
        violations = [each for one in world.subgraphs.values() for each in one.violations]
        assert not violations, operation.name
        if operation.invalid or operation.fails:
            assert answer.get("data") is None, operation.name
            assert answer["errors"], operation.name
            continue
        expected = operation.expected or case.monolith(schema, operation)[0].data
        assert response.status_code == 200, (operation.name, answer)
        assert operation.has_expected_errors(answer.get("errors")), (operation.name, answer)
        assert orjson.dumps(answer["data"]) == orjson.dumps(expected), operation.name
