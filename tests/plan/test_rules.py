"""Operations that have a plan type by type and yet must be refused, and their neighbours."""

from __future__ import annotations

import pytest
from graphql import parse

from gateway.errors import ClientError, Code
from tests.plan.supergraphs import planner

# Each subgraph resolves the id of one of the two implementations only.
DIVIDED = planner("""
type Query @join__type(graph: A) @join__type(graph: B) {
  node(id: ID!): Node
  account: Account @join__field(graph: A)
  chat: Chat @join__field(graph: B)
}
interface Node @join__type(graph: A) @join__type(graph: B) { id: ID! }
type Account implements Node
  @join__implements(graph: A, interface: "Node") @join__implements(graph: B, interface: "Node")
  @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", resolvable: false)
{ id: ID! @join__field(graph: A) name: String @join__field(graph: A) }
type Chat implements Node
  @join__implements(graph: A, interface: "Node") @join__implements(graph: B, interface: "Node")
  @join__type(graph: A, key: "id", resolvable: false) @join__type(graph: B, key: "id")
{ id: ID! @join__field(graph: B) text: String @join__field(graph: B) }
""")

# An interface without implementations, and an interface object that nobody can enter.
EMPTY = planner("""
type Query @join__type(graph: A) @join__type(graph: B) {
  a: Node @join__field(graph: A)
  b: Node @join__field(graph: B)
}
interface Node
  @join__type(graph: A, key: "id", resolvable: false)
  @join__type(graph: B, key: "id", resolvable: false, isInterfaceObject: true)
{ id: ID! field: String @join__field(graph: B) }
""")


def fetches(plan_of: object, query: str) -> list[str]:
    plan = plan_of.plan(parse(query))  # type: ignore[attr-defined]
    return [fetch.subgraph for fetch in plan.fetches]


@pytest.mark.parametrize(
    ("query", "subgraphs"),
    [
        ("{ account { id name } chat { id text } }", ["a", "b"]),
        ('{ node(id: "1") { __typename } }', ["a"]),
        ('{ node(id: "1") { ... on Account { id } } }', ["a"]),
        ('{ node(id: "1") { ... on Chat { text id } } }', ["b"]),
        ('{ node(id: "1") { ... on Chat { id } ... on Account { name } } }', ["a", "b"]),
    ],
)
def test_fragments_on_objects_may_be_divided(query: str, subgraphs: list[str]) -> None:
    assert fetches(DIVIDED, query) == subgraphs


@pytest.mark.parametrize(
    "query",
    [
        '{ node(id: "1") { id } }',
        '{ node(id: "1") { ... on Node { id } ... on Account { name } } }',
    ],
)
def test_what_is_asked_of_an_interface_needs_one_subgraph_for_all_types(query: str) -> None:
    with pytest.raises(ClientError) as caught:
        DIVIDED.plan(parse(query))
    assert caught.value.code is Code.QUERY_PLANNING_FAILED
    assert "Query.node" in caught.value.message


def test_a_field_behind_an_interface_object_without_entry_is_an_error() -> None:
    assert fetches(EMPTY, "{ a { id } }") == ["a"]
    assert fetches(EMPTY, "{ b { id field } }") == ["b"]
    with pytest.raises(ClientError) as caught:
        EMPTY.plan(parse("{ a { id field } }"))
    assert caught.value.code is Code.QUERY_PLANNING_FAILED


def test_an_interface_object_does_not_tell_types() -> None:
    with pytest.raises(ClientError):
        EMPTY.plan(parse("{ b { __typename } }"))


# As other composers write it: a move from a subgraph that is not there, and an extension's key.
ELSEWHERE = planner("""
type Query @join__type(graph: A) @join__type(graph: B) {
  t: T @join__field(graph: A)
  u: T @join__field(graph: B)
}
type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id", extension: true) {
  id: ID! @join__field(graph: A) @join__field(graph: B, external: true)
  x: Int @join__field(graph: A) @join__field(graph: B, override: "gone")
  y: Int @join__field(graph: B)
}
""")


def test_a_move_from_an_unknown_subgraph_moves_nothing() -> None:
    assert fetches(ELSEWHERE, "{ t { id x } }") == ["a"]
    assert fetches(ELSEWHERE, "{ u { x y } }") == ["b"]


def test_an_extension_knows_its_key_though_it_is_external() -> None:
    assert fetches(ELSEWHERE, "{ u { id y } }") == ["b"]
    assert fetches(ELSEWHERE, "{ t { id y } }") == ["a", "b"]
