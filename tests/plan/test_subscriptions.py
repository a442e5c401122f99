"""Subscriptions: one event source, and the rest of the plan for each event."""

from __future__ import annotations

from collections.abc import AsyncIterator

import orjson
import pytest
from graphql import parse

from gateway.execute.executor import Executor
from gateway.execute.port import ExecutionContext
from gateway.plan.nodes import OperationKind
from gateway.plan.planner import Planner
from gateway.plan.print import print_plan
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from gateway.transport.port import SubgraphRequest, SubgraphResponse
from tests.kit.plan_checker import check_plan

SUPERGRAPH = """
schema @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
{ query: Query subscription: Subscription }
enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
type Query @join__type(graph: A) @join__type(graph: B) { a: Int @join__field(graph: A) }
type Subscription @join__type(graph: A) { added(to: ID): Review @join__field(graph: A) }
type Review @join__type(graph: A) { text: String product: Product }
type Product @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  name: String @join__field(graph: B)
}
"""


@pytest.fixture
def planner() -> Planner:
    return Planner(read_supergraph(SUPERGRAPH))


def test_the_first_fetch_is_the_event_source(planner: Planner) -> None:
    plan = planner.plan(parse('subscription S { added(to: "1") { text product { name } } }'))
    check_plan(plan)
    assert plan.subscription == 0
    assert [fetch.kind for fetch in plan.fetches] == [
        OperationKind.SUBSCRIPTION,
        OperationKind.QUERY,
    ]
    assert plan.fetches[0].document.startswith("subscription S__a__0 {")
    assert "Subscription Fetch(service: a, id: 0)" in print_plan(plan)


class _Source:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def subscribe(self, request: SubgraphRequest) -> AsyncIterator[bytes]:
        self.asked.append(orjson.loads(request.body)["query"])
        for number in (1, 2):
            event = {"added": {"text": f"t{number}", "product": {"id": str(number)}}}
            yield orjson.dumps({"data": event})


class _Products:
    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        variables = orjson.loads(request.body)["variables"]
        (representation,) = variables["representations"]
        entity = {"name": f"name {representation['id']}"}
        return SubgraphResponse(200, orjson.dumps({"data": {"_entities": [entity]}}))

    async def close(self) -> None:
        """Nothing is held open."""


async def test_each_event_is_completed_from_other_subgraphs(planner: Planner) -> None:
    plan = planner.plan(parse("subscription { added { text product { name } } }"))
    executor = Executor(planner.supergraph.urls(), _Products(), public_schema(planner.supergraph))
    source = _Source()
    events = executor.prepare(plan).subscribe(ExecutionContext(), source)
    answers = [orjson.loads(each.data) async for each in events]
    assert answers == [
        {"added": {"text": f"t{number}", "product": {"name": f"name {number}"}}}
        for number in (1, 2)
    ]
    assert len(source.asked) == 1
