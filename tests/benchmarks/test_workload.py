"""What the bench stands on: right answers, and few requests for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import parse

from benchmarks.gateways import SUPERGRAPH
from benchmarks.reference.operations import Shop
from benchmarks.servers.subgraphs import Subgraphs
from benchmarks.workload.resolve import OPERATIONS, SUBGRAPHS, expected, operation, sdl
from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.execute.executor import Executor
from gateway.execute.port import ExecutionContext
from gateway.plan.planner import Planner
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from gateway.transport.port import SubgraphRequest, SubgraphResponse

MOST_REQUESTS = {"large": 6, "two_hops": 2, "one_fetch": 1}


class InProcess:
    """The bench's subgraphs as a transport that counts."""

    def __init__(self) -> None:
        self.subgraphs = Subgraphs()
        self.requests = 0

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        self.requests += 1
        target = f"/{request.subgraph}".encode()
        return SubgraphResponse(200, self.subgraphs.handle(target, b"", request.body))

    async def close(self) -> None: ...


def test_the_large_answer_is_of_the_size_that_was_meant() -> None:
    size = len(json.dumps(expected("large"), separators=(",", ":")))
    assert 80_000 < size < 95_000


def test_the_committed_supergraph_is_what_the_schemas_compose_to() -> None:
    sources = [
        SubgraphSource(name, f"http://127.0.0.1:4200/{name}", sdl(name)) for name in SUBGRAPHS
    ]
    assert compose(sources).supergraph_sdl == SUPERGRAPH.read_text()


@pytest.mark.parametrize("name", OPERATIONS)
async def test_the_gateway_answers_rightly_with_few_requests(name: str) -> None:
    supergraph = read_supergraph(SUPERGRAPH.read_text())
    transport = InProcess()
    executor = Executor(
        {each: f"http://{each}/" for each in SUBGRAPHS}, transport, public_schema(supergraph)
    )
    prepared = executor.prepare(Planner(supergraph).plan(parse(operation(name))))
    result = await prepared.run(ExecutionContext({}))
    assert json.loads(result.body()) == expected(name)
    assert transport.requests <= MOST_REQUESTS[name]


@pytest.mark.parametrize("name", OPERATIONS)
async def test_the_hand_written_gateway_answers_rightly_with_as_many_requests(name: str) -> None:
    transport = InProcess()
    shop = Shop(transport, "http://127.0.0.1/")
    answer: Any = json.loads(await getattr(shop, name)(()))
    assert json.dumps(answer) == json.dumps(expected(name))  # the order of fields included
    assert transport.requests == MOST_REQUESTS[name]
