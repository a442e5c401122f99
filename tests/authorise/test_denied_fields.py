"""Denied fields from the operation to the answer: never fetched, null in their place."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse

from auth.caller import ANONYMOUS, Caller
from gateway.authorise.directives import DenialMode, DirectiveAuthoriser
from gateway.authorise.grants import RolePolicies
from gateway.authorise.requirements import read_requirements
from gateway.composition.compose import SubgraphSource, compose
from gateway.document.limits import check_limits
from gateway.document.operation import fragments_of, read_operation, select_operation
from gateway.execute.executor import Executor
from gateway.execute.port import ExecutionContext, ExecutorOptions
from gateway.plan.planner import Planner
from gateway.settings.serving import Limits
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.kit.local_subgraph import LocalSubgraph, LocalTransport

LINK = """extend schema @link(url: "https://specs.apollo.dev/federation/v2.6",
  import: ["@key", "@external", "@requires", "@authenticated", "@requiresScopes", "@policy"])
"""
CONTRACT = (
    LINK
    + """
type Query { engagement: Engagement  engagements: [Engagement!]! }
type Engagement @key(fields: "id") { id: ID!  value: Int }
"""
)
PROJECT = (
    LINK
    + """
type Engagement @key(fields: "id") {
  id: ID!
  cost: Int @authenticated
  margin: Int! @requiresScopes(scopes: [["finance:read"]])
  lead: Person @authenticated
  status: String
}
type Person { name: String }
"""
)


class Graph:
    def __init__(self) -> None:
        rows = [{"id": "1", "value": 10}, {"id": "2", "value": 20}]
        costs = [
            {"id": "1", "cost": 7, "margin": 3, "lead": {"name": "Ann"}, "status": "OPEN"},
            {"id": "2", "cost": 9, "margin": 11, "lead": None, "status": "OPEN"},
        ]
        self.contract = LocalSubgraph(
            "contract",
            CONTRACT,
            data={"Engagement": rows},
            resolvers={"Query": {"engagement": rows[0], "engagements": rows}},
        )
        self.project = LocalSubgraph("project", PROJECT, data={"Engagement": costs})
        servers = [self.contract, self.project]
        composed = compose([SubgraphSource(item.name, item.url, item.sdl) for item in servers])
        assert composed.supergraph_sdl is not None, composed.errors
        supergraph = read_supergraph(composed.supergraph_sdl)
        self.schema = public_schema(supergraph)
        self.planner = Planner(supergraph)
        self.transport = LocalTransport(servers)
        requirements = read_requirements(supergraph)
        self.judge = DirectiveAuthoriser(
            requirements, self.schema, RolePolicies({}), DenialMode.FILTER
        )

    async def ask(
        self, text: str, caller: Caller, *, compiled: bool
    ) -> tuple[Any, set[str], list[Any]]:
        """Data, the paths of denials and the executor's own errors."""
        document = parse(text)
        definition = select_operation(document, None)
        measure = check_limits(definition, fragments_of(document), Limits())
        operation = read_operation(self.schema, document, definition, measure)
        allowed = self.judge.allow(operation, caller)
        assert allowed.operation is not None
        plan = self.planner.plan(allowed.operation.document)
        options = ExecutorOptions(compiled=compiled)
        executor = Executor(self.transport.endpoints, self.transport, self.schema, options)
        result = await executor.prepare(plan).run(ExecutionContext())
        assert self.transport.violations == []
        paths = {".".join(error["path"]) for error in allowed.denials}
        return result.decoded(), paths, result.errors


@pytest.fixture(params=[False, True], ids=["interpreted", "compiled"])
def compiled(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_a_denied_field_is_null_and_nobody_is_asked_for_it(compiled: bool) -> None:
    graph = Graph()
    data, denied, errors = await graph.ask(
        "{ engagement { value c: cost id } }", ANONYMOUS, compiled=compiled
    )
    assert data == {"engagement": {"value": 10, "c": None, "id": "1"}}
    assert list(data["engagement"]) == ["value", "c", "id"]
    assert denied == {"engagement.c"}
    assert errors == []
    assert graph.project.calls == []


async def test_what_is_allowed_beside_it_is_answered(compiled: bool) -> None:
    graph = Graph()
    data, denied, errors = await graph.ask(
        "{ engagements { status lead { name } cost } }", ANONYMOUS, compiled=compiled
    )
    row = {"status": "OPEN", "lead": None, "cost": None}
    assert data == {"engagements": [row, row]}
    assert denied == {"engagements.lead", "engagements.cost"}
    assert errors == []
    assert "cost" not in graph.project.calls[0].query
    assert "lead" not in graph.project.calls[0].query


async def test_an_object_with_nothing_but_denied_fields_still_exists(compiled: bool) -> None:
    data, denied, _ = await Graph().ask("{ engagement { cost } }", ANONYMOUS, compiled=compiled)
    assert data == {"engagement": {"cost": None}}
    assert denied == {"engagement.cost"}


async def test_a_denied_field_that_cannot_be_null_takes_its_parent(compiled: bool) -> None:
    data, denied, _ = await Graph().ask(
        "{ engagement { id margin } }", Caller("ann"), compiled=compiled
    )
    assert data == {"engagement": None}
    assert denied == {"engagement.margin"}


async def test_who_is_allowed_gets_everything(compiled: bool) -> None:
    finance = Caller("fay", scopes=frozenset({"finance:read"}))
    data, denied, errors = await Graph().ask(
        "{ engagement { id margin cost lead { name } } }", finance, compiled=compiled
    )
    assert data == {"engagement": {"id": "1", "margin": 3, "cost": 7, "lead": {"name": "Ann"}}}
    assert (denied, errors) == (set(), [])
