"""Hostile requests: whatever comes, the answer is a coded GraphQL response below 500, in time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from random import Random
from typing import Any

import httpx
import pytest
from graphql import print_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema

from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.server.gateway_kit import Deployed, deployed, supergraph_of, users

EXAMPLES = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
MORE_EXAMPLES = settings(EXAMPLES, max_examples=300)
SECONDS = 20


class Target:
    """A gateway on an event loop of its own, for tests that are not coroutines."""

    def __init__(self, runner: asyncio.Runner, gateway: Deployed) -> None:
        self.runner = runner
        self.gateway = gateway
        self.sent = 0

    def send(self, *requests: httpx.Request) -> list[httpx.Response]:
        """Send requests one after the other and judge each answer."""
        return self.runner.run(self._send(requests))

    def post(self, *bodies: Any) -> list[httpx.Response]:
        """POST JSON bodies."""
        return self.send(*(self.request(json.dumps(body).encode()) for body in bodies))

    def request(self, body: bytes, **headers: str) -> httpx.Request:
        given = {"content-type": "application/json"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return httpx.Request("POST", self.gateway.url, content=body, headers=given)

    async def _send(self, requests: tuple[httpx.Request, ...]) -> list[httpx.Response]:
        return [await self._one(request) for request in requests]

    async def _one(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        async with asyncio.timeout(SECONDS):
            response = await self.gateway.client.send(request)
        assert response.status_code < 500, (request.content, response.text)
        if response.headers["content-type"].startswith("application/"):
            _judge(response)
        return response


def _judge(response: httpx.Response) -> None:
    body = response.json()
    assert "Traceback" not in response.text
    assert 'File "' not in response.text
    if "data" not in body:
        assert body["errors"]
        assert all(error["extensions"]["code"] for error in body["errors"])


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        gateway = runner.run(stack.enter_async_context(deployed({"mode": "development"})))
        yield Target(runner, gateway)
        runner.run(stack.aclose())


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([2**63, -(2**63), 10**400, 1e308, "\ud800", "{me{id}}", "\x00"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = ["me", "users", "user", "echo", "name", "friends", "reviews", "__typename", "__schema", "x"]
ARGUMENTS = ["", "", "(id: 1)", "(first: $v)", '(text: "\\ud800")', "(number: 1e999)"]
DIRECTIVES = ["", " @defer", " @include(if: $v)", " @skip"]


def selections(source: Random, depth: int = 3) -> str:
    """Selections that are sometimes valid."""
    parts = []
    for _ in range(source.randint(1, 4)):
        inner = selections(source, depth - 1) if depth and source.random() < 0.5 else ""
        kind = source.randint(0, 5)
        if kind == 0:
            parts.append(f"...{source.choice('ABC')}")
        elif kind == 1:
            condition = source.choice(["", " on User", " on Query", " on Nothing"])
            parts.append(f"...{condition}{source.choice(DIRECTIVES)} {inner or '{ __typename }'}")
        else:
            alias = source.choice(["", "", "a: ", "name: "])
            parts.append(f"{alias}{source.choice(NAMES)}{source.choice(ARGUMENTS)} {inner}")
    return "{ " + " ".join(parts) + " }"


def document(seed: int) -> str:
    """A document with fragments that may spread each other in circles."""
    source = Random(seed)
    kind = source.choice(["", "query", "query Q($v: Int)", "mutation", "subscription"])
    text = f"{kind} {selections(source)}"
    for name in source.sample("ABC", source.randint(0, 3)):
        text += f" fragment {name} on {source.choice(['User', 'Query', 'X'])} "
        text += selections(source, 2)
    return text


@EXAMPLES
@given(st.lists(st.integers(0, 2**32), min_size=15, max_size=15), JSON)
def test_documents(target: Target, seeds: list[int], variables: Any) -> None:
    target.post(*({"query": document(seed), "variables": {"v": variables}} for seed in seeds))


@MORE_EXAMPLES
@given(JSON, JSON, JSON, JSON)
def test_any_json(target: Target, query: Any, variables: Any, extensions: Any, name: Any) -> None:
    declared = "$text: String, $number: Int, $input: Input, $color: Color"
    used = "text: $text, number: $number, input: $input, color: $color"
    echo = f"query({declared}) {{ echo({used}) }}"
    everywhere = dict.fromkeys(("text", "number", "input", "color"), variables)
    target.post(
        query,
        {"query": query, "variables": variables, "extensions": extensions, "operationName": name},
        {"query": "{ __typename }", "extensions": {"persistedQuery": extensions}},
        {"query": "{ __typename }", "extensions": {"explain": extensions}},
        {"query": "{ __typename }", "documentId": name},
        {"query": echo, "variables": everywhere},
        {"query": echo, "variables": {"input": {"text": "x", "nested": variables, "colors": name}}},
    )


VALID = b'{"query": "query($id: ID!) { user(id: $id) { name } }", "variables": {"id": "1"}}'


@MORE_EXAMPLES
@given(
    st.lists(st.tuples(st.integers(0, len(VALID)), st.binary(max_size=4)), max_size=4), st.data()
)
def test_damaged_bodies(
    target: Target, changes: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    damaged = VALID
    for position, piece in changes:
        damaged = damaged[:position] + piece + damaged[position + len(piece) :]
    cut = data.draw(st.integers(0, len(damaged)))
    accept = data.draw(st.sampled_from(["*/*", "text/event-stream", "a/b;q=x", ',;="', ""]))
    content_type = data.draw(
        st.sampled_from(["application/json", "application/json;charset=\x7f", "a", "text/plain;,"])
    )
    target.send(
        target.request(damaged),
        target.request(damaged[:cut]),
        target.request(damaged + damaged[cut:]),
        target.request(VALID, accept=accept, content_type=content_type),
        httpx.Request("GET", target.gateway.url, params={"query": damaged.decode("latin-1")}),
    )


@MORE_EXAMPLES
@given(st.binary(max_size=200))
def test_any_query_string(target: Target, query_string: bytes) -> None:
    quoted = "".join(
        chr(byte) if 33 <= byte < 127 and byte != 35 else f"%{byte:02x}" for byte in query_string
    )
    target.send(
        httpx.Request("GET", f"{target.gateway.url}?{quoted}"),
        httpx.Request("GET", f"{target.gateway.url}?query={{__typename}}&variables={quoted}"),
    )


def test_operations_made_from_the_schema(target: Target) -> None:
    """What schemathesis makes of the schema is valid, so none of it may be refused."""
    schema = supergraph_schema()

    @settings(EXAMPLES, max_examples=50)
    @given(st.lists(from_schema(schema), min_size=1, max_size=4))
    def send(texts: list[str]) -> None:
        for response in target.post(*({"query": text} for text in texts)):
            codes = {error["extensions"]["code"] for error in response.json().get("errors", ())}
            assert not codes & {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}, response.text

    send()


def supergraph_schema() -> str:
    return print_schema(public_schema(read_supergraph(supergraph_of([users()]))))


def doubling(levels: int) -> str:
    parts = [
        f"fragment F{n} on User {{ a: friends {{ ...F{n + 1} }} b: friends {{ ...F{n + 1} }} }}"
        for n in range(levels)
    ]
    return "{ me { ...F0 } } " + " ".join(parts) + f" fragment F{levels} on User {{ id }}"


BOMBS = {
    "deep": "{ me " + "{ friends " * 3000 + "{ id }" + " }" * 3001,
    "deep list": "{ echo(text: " + "[" * 5000 + "]" * 5000 + ") }",
    "deep object": "{ echo(input: " + "{nested:" * 3000 + "1" + "}" * 3000 + ") }",
    "deep type": "query($x: " + "[" * 5000 + "Int" + "]" * 5000 + ") { __typename }",
    "aliases": "{ " + " ".join(f"a{n}: me {{ id }}" for n in range(2500)) + " }",
    "repeated": "{ " + "me { id } " * 2500 + "}",
    "doubling": doubling(200),
    "circle": "{ me { ...A } } fragment A on User { friends { ...A } }",
    "directives": "{ me " + "@include(if: true) " * 2000 + "{ id } }",
    "operations": " ".join(f"query Q{n} {{ me {{ id }} }}" for n in range(1500)),
    "fragments": "{ me { "
    + " ".join(f"...F{n}" for n in range(900))
    + " } } "
    + " ".join(f"fragment F{n} on User {{ friends {{ id }} }}" for n in range(900)),
    "variables": "query(" + " ".join(f"$v{n}: Int" for n in range(3000)) + ") { __typename }",
    "long string": '{ echo(text: "' + "x" * 400_000 + '") }',
    "long number": "{ echo(number: " + "1" * 100_000 + ") }",
    "comments": "#\n" * 100_000 + "{ __typename }",
    "blank": " " * 450_000 + "{ __typename }",
    "unknown": "{ " + " ".join(f"f{n}" for n in range(4000)) + " }",
    "introspection": "{ __schema { types { "
    + "fields { type { " * 20
    + "name"
    + " } }" * 20
    + " } } }",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(target: Target, name: str) -> None:
    (response,) = target.post({"query": BOMBS[name]})
    assert len(response.content) < 500_000


def test_deep_variables(target: Target) -> None:
    body = b'{"query": "query($x: Input) { echo(input: $x) }", "variables": {"x": %s}}'
    deep = b'{"nested":' * 20_000 + b"1" + b"}" * 20_000
    lists = b"[" * 50_000 + b"]" * 50_000
    for value in (deep, lists, deep[:5000], b'"' + b"x" * 1_000_000 + b'"', b"1" * 50_000):
        target.send(target.request(body % value))


def test_many_header_lines_and_parameters(target: Target) -> None:
    many = "&".join(f"a{n}=1" for n in range(5000))
    target.send(
        target.request(VALID, accept="," * 20_000),
        target.request(VALID, accept=", ".join(f"a/{n};q=0.{n}" for n in range(2000))),
        target.request(VALID, cookie="=;" * 5000),
        httpx.Request("GET", f"{target.gateway.url}?{many}"),
    )


def test_enough_was_sent(target: Target) -> None:
    assert target.sent >= 5000
