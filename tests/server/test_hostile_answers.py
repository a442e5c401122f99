"""Hostile subgraphs, from HTTP to HTTP: whatever one of them sends, over real sockets.

The client always gets a GraphQL response in time, with coded errors at its own paths; who comes
next gets exactly what is right; and where answers are verified, what comes conforms to the schema.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from math import isfinite
from typing import Any

import httpx
import pytest
from graphql import (
    DocumentNode,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.transport.port import SubgraphRequest
from tests.kit.hostile_answers import HEAD, TEXTS, WIRES, Wire, chunked, message, spoilt
from tests.kit.local_subgraph import LocalSubgraph
from tests.server.gateway_kit import Deployed, listening
from tests.transport.peer import Exchange, Peer, eventually, peer

SECONDS = 20
LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'
PUBLIC = """
type Query { me: User users: [User!] node(id: ID!): Node nodes: [Node] strict: Strict! }
interface Node { id: ID! }
type User implements Node {
  id: ID! name: String! age: Int score: Float tags: [String!] active: Boolean color: Color
  meta: JSON home: Home friend: User rating: Float! reviews: [Review!]
}
type Home implements Node { id: ID! street: String! }
type Review { body: String! author: User }
type Strict { name: String! list: [[Int!]!]! }
enum Color { RED BLUE }
scalar JSON
"""
USERS = (
    LINK
    + """
type Query { me: User users: [User!] node(id: ID!): Node nodes: [Node] strict: Strict! }
interface Node { id: ID! }
type User implements Node @key(fields: "id") {
  id: ID! name: String! age: Int score: Float tags: [String!] active: Boolean color: Color
  meta: JSON home: Home friend: User
}
type Home implements Node { id: ID! street: String! }
type Strict { name: String! list: [[Int!]!]! }
enum Color { RED BLUE }
scalar JSON
"""
)
REVIEWS = (
    LINK
    + """
type User @key(fields: "id") { id: ID! rating: Float! reviews: [Review!] }
type Review { body: String! author: User }
"""
)
LEAVES = "name age score tags active color meta home { street } friend { name }"
OPERATIONS = {
    "passed through": f"{{ me {{ id {LEAVES} }} users {{ id name tags }} }}",
    "renamed": f"{{ a: me {{ id b: name {LEAVES} }} c: users {{ d: name e: tags }} }}",
    "two hops": f"{{ a: users {{ n: name stars: rating reviews {{ body author {{ {LEAVES} }} }} }} }}",
    "deep": "{ users { reviews { author { reviews { body author { rating name } } } } } me { rating } }",
    "abstract": """{ nodes { __typename id ... on User { name rating } ... on Home { street } }
        node(id: "1") { k: __typename ... on User { reviews { body } } } }""",
    "not null": "{ strict { name list } me { name } }",
}
FOLLOWERS = ("passed through", "two hops", "two hops")
DOCUMENTS = {name: parse(text) for name, text in OPERATIONS.items()}


def subgraphs() -> list[LocalSubgraph]:
    """The subgraphs as they are when they behave."""
    ada = {"id": "1", "name": "Ada", "age": 36, "score": 4.5, "tags": ["x"], "active": True}
    ada |= {"color": "RED", "meta": {"a": [1]}, "home": {"id": "h", "street": "Main"}}
    users = [
        ada | {"friend": {"id": "2"}},
        {"id": "2", "name": "Grace", "score": 4.5, "tags": []},
    ]
    data = {
        "me": {"id": "1"},
        "users": [{"id": "1"}, {"id": "2"}],
        "node": {"__typename": "User", "id": "1"},
        "nodes": [
            {"__typename": "User", "id": "2"},
            {"__typename": "Home", "id": "h", "street": "Main"},
            None,
        ],
        "strict": {"name": "Ada", "list": [[1, 2], []]},
    }
    reviews = [
        {"id": "1", "rating": 4.5, "reviews": [{"body": "Ada", "author": {"id": "2"}}] * 2},
        {"id": "2", "rating": 1, "reviews": [{"body": "no", "author": None}]},
    ]
    return [
        LocalSubgraph("users", USERS, data={"User": users}, resolvers={"Query": data}),
        LocalSubgraph("reviews", REVIEWS, data={"User": reviews}),
    ]


# --- who judges the answers -----------------------------------------------------------------------


def _judging_schema() -> GraphQLSchema:
    """The API schema with leaves of its own, that are of the kinds which the gateway verifies."""
    text = PUBLIC.replace("ID!", "Identity!").replace("Int", "Whole").replace("Float", "Real")
    schema = build_schema(text + "scalar Identity scalar Whole scalar Real")

    def kept(value: Any, kinds: tuple[type, ...]) -> Any:
        assert isinstance(value, kinds)
        assert not isinstance(value, bool)
        assert not isinstance(value, float) or isfinite(value)
        return value

    leaves = {"Whole": (int,), "Real": (int, float), "Identity": (str, int)}
    for name, kinds in leaves.items():
        scalar = schema.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        scalar.serialize = partial(kept, kinds=kinds)  # type: ignore[method-assign]
    return schema


def _under_response_key(source: Any, info: GraphQLResolveInfo, **_arguments: Any) -> Any:
    return source.get(info.path.key)


def _type_of(value: Any, *_more: Any) -> Any:
    return value.get("__typename") or value.get("k")


SCHEMA = _judging_schema()


def judge(document: DocumentNode, answer: Any) -> None:
    """Raise AssertionError unless a response is one to this operation and conforms to the schema.

    Data conform if answering the operation from them, by response keys, gives the same data again.
    """
    assert set(answer) <= {"data", "errors", "extensions"}
    for error in answer.get("errors", ()):
        assert isinstance(error["message"], str)
        assert isinstance(error["extensions"]["code"], str)
        assert "secret" not in json.dumps(error)
    data = answer["data"]
    if data is None:
        assert answer["errors"]
        return
    again = execute_sync(
        SCHEMA,
        document,
        data,
        field_resolver=_under_response_key,
        type_resolver=_type_of,
    )
    assert again.errors is None
    assert again.data == data
    for error in answer.get("errors", ()):
        leads_somewhere(data, error.get("path", ()))


def leads_somewhere(data: Any, path: list[str | int]) -> None:
    """Raise AssertionError unless a path leads along the data, up to a null."""
    for step in path:
        if data is None:
            return
        if isinstance(step, int):
            assert isinstance(data, list)
            assert 0 <= step < len(data)
        else:
            assert step in data
        data = data[step]


def _integer(digits: str) -> int | float:
    """Python bounds the digits that it makes an integer of; JSON does not."""
    return int(digits) if len(digits) < 4000 else float(digits)


# --- the scene ------------------------------------------------------------------------------------


@dataclass(eq=False)
class Target:
    """A gateway and its subgraphs, of which one may be made hostile for one operation."""

    runner: asyncio.Runner
    verifies: bool
    locals: dict[str, LocalSubgraph] = field(default_factory=dict)
    gateway: Deployed = field(init=False)
    right: dict[str, bytes] = field(default_factory=dict)
    hostile: str = ""
    wire: Wire = message
    text: Wire = TEXTS["plain"]
    closes: bool = True

    async def answer(self, name: str, exchange: Exchange) -> None:
        """A subgraph's answer to one request."""
        request = SubgraphRequest(name, "", exchange.body)
        body = (await self.locals[name].answer(request)).body
        if name != self.hostile:
            await exchange.write(message(body))
            return
        await exchange.write(self.wire(self.text(body)))
        if self.closes:
            exchange.close()

    async def ask(self, name: str) -> httpx.Response:
        async with asyncio.timeout(SECONDS):
            return await self.gateway.post(OPERATIONS[name])

    def check(self, operation: str, hostile: str, **ways: Any) -> Any:
        """Have a hostile answer to an operation, and then right ones to others."""
        return self.runner.run(self._check(operation, hostile, **ways))

    async def _check(self, operation: str, hostile: str, **ways: Any) -> Any:
        self.hostile = hostile
        self.wire, self.text = ways.get("wire", message), ways.get("text", TEXTS["plain"])
        self.closes = ways.get("closes", True)
        response = await self.ask(operation)
        self.hostile = ""
        assert response.status_code in (200, 500), response.text
        assert "x-evil" not in response.headers
        assert "set-cookie" not in response.headers
        answer = json.loads(response.content, parse_int=_integer)
        if self.verifies:
            judge(DOCUMENTS[operation], answer)
        else:
            assert all(error["extensions"]["code"] for error in answer.get("errors", ()))
            assert answer["data"] is None or isinstance(answer["data"], dict)
        followers = await asyncio.gather(*map(self.ask, FOLLOWERS))
        assert [each.content for each in followers] == [self.right[name] for name in FOLLOWERS]
        return answer


async def _start(stack: AsyncExitStack, target: Target) -> None:
    members = subgraphs()
    target.locals = {each.name: each for each in members}
    peers: dict[str, Peer] = {}
    for name in target.locals:

        async def script(exchange: Exchange, name: str = name) -> None:
            await target.answer(name, exchange)

        peers[name] = await stack.enter_async_context(peer(script))
    given = {
        "mode": "production",
        "verify_subgraph_answers": target.verifies,
        "telemetry": {"logging": {"requests": False}},
        "override_subgraph_url": {name: each.url for name, each in peers.items()},
        "traffic_shaping": {
            "all": {
                "timeout": "20s",
                "max_response_bytes": 8_000_000,
                "retry": {"enabled": False},
                "circuit_breaker": {"enabled": False},
            }
        },
    }
    target.gateway = await stack.enter_async_context(listening(given, members, own_transport=False))
    for name in OPERATIONS:
        response = await target.ask(name)
        assert "errors" not in response.json(), response.text
        target.right[name] = response.content


@pytest.fixture(scope="module", params=[False, True], ids=["trusting", "verifying"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        made = Target(runner, request.param)
        runner.run(_start(stack, made))
        yield made
        runner.run(stack.aclose())


EXAMPLES = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MORE_EXAMPLES = settings(EXAMPLES, max_examples=120)
OPERATION = st.sampled_from(list(OPERATIONS))
SUBGRAPH = st.sampled_from(["users", "reviews"])


@pytest.mark.parametrize("target", [True], ids=["verifying"], indirect=True)
@pytest.mark.parametrize("wire", WIRES)
def test_every_wire(target: Target, wire: str) -> None:
    target.check("two hops", "reviews", wire=WIRES[wire])
    target.check("passed through", "users", wire=WIRES[wire])


@pytest.mark.parametrize("target", [True], ids=["verifying"], indirect=True)
@pytest.mark.parametrize("wire", ["plain", "length too short", "doubled", "interim", "204", "304"])
def test_wires_of_connections_that_stay_open(target: Target, wire: str) -> None:
    target.check("two hops", "users", wire=WIRES[wire], closes=False)


@pytest.mark.parametrize("text", TEXTS)
def test_every_text(target: Target, text: str) -> None:
    for operation, hostile in (("passed through", "users"), ("two hops", "reviews")):
        target.check(operation, hostile, text=TEXTS[text])
    target.check("renamed", "users", text=TEXTS[text], wire=chunked)


def test_a_string_of_many_megabytes(target: Target) -> None:
    def long(body: bytes) -> bytes:
        return body.replace(b"Ada", b"x" * 7_900_000, 1)

    def too_long(body: bytes) -> bytes:
        return body.replace(b"Ada", b"x" * 8_100_000, 1)

    for operation in ("passed through", "renamed"):
        answer = target.check(operation, "users", text=long)
        assert "errors" not in answer
        answer = target.check(operation, "users", text=too_long)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [
            "SUBREQUEST_TOO_LARGE"
        ]


@MORE_EXAMPLES
@given(OPERATION, SUBGRAPH, st.integers(0, 2**32))
def test_any_structure(target: Target, operation: str, hostile: str, seed: int) -> None:
    target.check(operation, hostile, text=lambda body: spoilt(body, seed), closes=False)


@pytest.mark.parametrize("target", [True], ids=["verifying"], indirect=True)
@EXAMPLES
@given(
    OPERATION,
    SUBGRAPH,
    st.sampled_from(list(WIRES)),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 4)), max_size=4),
    st.floats(0, 1),
)
def test_any_bytes(
    target: Target,
    operation: str,
    hostile: str,
    wire: str,
    changes: list[tuple[float, bytes, int]],
    kept: float,
) -> None:
    def damaged(body: bytes) -> bytes:
        sent = WIRES[wire](body)
        for where, piece, gone in changes:
            at = int(where * len(sent))
            sent = sent[:at] + piece + sent[at + gone :]
        return sent if kept > 0.5 else sent[: int(2 * kept * len(sent))]

    target.check(operation, hostile, wire=damaged)


# --- answers that never end -----------------------------------------------------------------------

DRIPS: dict[str, tuple[bytes, bytes]] = {
    "silence": (b"", b""),
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "header lines": (HEAD, b"x: y\r\n"),
    "one header": (HEAD + b"x: ", b"y"),
    "interim answers": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "body": (HEAD + b"content-length: 1000000\r\n\r\n{", b" "),
    "chunks": (HEAD + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "one chunk": (HEAD + b"transfer-encoding: chunked\r\n\r\nfffffff\r\n", b" "),
    "trailers": (HEAD + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"x: y\r\n"),
    "until it closes": (HEAD + b"\r\n", b" "),
    "gzip": (HEAD + b"content-encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\3", b"\0"),
}


@pytest.mark.parametrize("drip", DRIPS)
async def test_an_answer_that_never_ends_costs_its_own_part_alone(drip: str) -> None:
    start, drop = DRIPS[drip]
    members = subgraphs()

    async def users(exchange: Exchange) -> None:
        request = SubgraphRequest("users", "", exchange.body)
        await exchange.write(message((await members[0].answer(request)).body))

    async def reviews(exchange: Exchange) -> None:
        await exchange.write(start)
        if not drop:
            await exchange.until_left()
        while drop:
            await exchange.write(drop)
            await asyncio.sleep(0.01)

    async with peer(users) as honest, peer(reviews) as hostile:
        given = {
            "override_subgraph_url": {"users": honest.url, "reviews": hostile.url},
            "traffic_shaping": {"subgraphs": {"reviews": {"timeout": "150ms"}}},
        }
        async with listening(given, members, own_transport=False) as gateway:
            async with asyncio.timeout(SECONDS):
                response = await gateway.post("{ users { name reviews { body } } }")
            await eventually(lambda: not hostile.open_connections)
    answer = response.json()
    assert [user["name"] for user in answer["data"]["users"]] == ["Ada", "Grace"]
    assert [user["reviews"] for user in answer["data"]["users"]] == [None, None]
    (error,) = answer["errors"]
    assert error["path"] == ["users"]
    # Interim answers are counted, and too many of them are a fault before the time is up.
    assert error["extensions"]["code"] in ("GATEWAY_TIMEOUT", "SUBREQUEST_MALFORMED_RESPONSE")
    assert (error["extensions"]["code"] == "GATEWAY_TIMEOUT") == (drip != "interim answers")
