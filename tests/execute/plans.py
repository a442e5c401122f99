"""Short-hand for plans, and a transport that answers from a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import GraphQLSchema, build_schema

from gateway.execute.executor import Executor, Prepared
from gateway.execute.port import ExecutionContext, ExecutionResult, ExecutorOptions
from gateway.plan.nodes import (
    Each,
    EntityCall,
    Fetch,
    Key,
    KeyField,
    OfType,
    OperationKind,
    Output,
    OutputField,
    Path,
    PathStep,
    QueryPlan,
    Representation,
    RootCall,
    TypeKind,
    TypeShape,
    WireField,
)
from gateway.transport.port import SubgraphRequest, SubgraphResponse

SCHEMA = build_schema(
    """
    interface Node { id: ID! }
    type Query implements Node { id: ID! a: String }
    """
)


def shape(text: str, kind: TypeKind) -> TypeShape:
    """A type as GraphQL writes it: `[Product!]!`."""
    nullable: list[bool] = []
    while True:
        nullable.append(not text.endswith("!"))
        text = text.removesuffix("!")
        if not text.startswith("["):
            return TypeShape(text, kind, tuple(nullable))
        text = text[1:-1]


def _kind(children: Any, kind: TypeKind | None) -> TypeKind:
    return kind or (TypeKind.OBJECT if children else TypeKind.SCALAR)


def wire(key: str, type_text: str = "String", *children: WireField, **more: Any) -> WireField:
    """A wire field whose name is its key unless `name` says otherwise."""
    kind = _kind(children, more.pop("kind", None))
    return WireField(key, more.pop("name", key), shape(type_text, kind), children, **more)


def typename(**more: Any) -> WireField:
    """An internal `__typename`."""
    return wire("__typename", "String!", internal=True, **more)


def out(
    key: str, type_text: str = "String", below: Output | None = None, **more: Any
) -> OutputField:
    """An output field; `source` and `name` are its key unless given."""
    source = more.pop("source", key)
    kind = _kind(below, more.pop("kind", None))
    return OutputField(key, source, more.pop("name", source), shape(type_text, kind), below, **more)


def of(types: str, *fields: OutputField) -> Output:
    """An output: `Product`, or `Node: User Product` for an abstract position."""
    name, _, possible = types.partition(":")
    return Output(name.strip(), tuple(possible.split()) or (name.strip(),), fields)


def path(text: str) -> Path:
    """A path: `users.@.reviews.@`, with `|A,B` as a step that keeps types."""
    steps: list[PathStep] = []
    for part in text.split(".") if text else ():
        if part == "@":
            steps.append(Each())
        elif part.startswith("|"):
            steps.append(OfType(tuple(part[1:].split(","))))
        else:
            steps.append(Key(part))
    return tuple(steps)


def key(name: str, *children: KeyField, **more: Any) -> KeyField:
    """A representation field that must not be null."""
    return KeyField(
        name, more.pop("source", name), children, is_key=more.pop("is_key", True), **more
    )


def by(type_name: str, *fields: KeyField) -> Representation:
    """A representation of one type."""
    return Representation((type_name,), type_name, fields)


def root(id: int, subgraph: str, *selection: WireField, at: str = "", **more: Any) -> Fetch:
    """A fetch of root fields. Its document is a name that scripts answer to."""
    kind = more.pop("kind", OperationKind.QUERY)
    return Fetch(id, subgraph, kind, f"fetch {id}", root=RootCall(path(at), selection), **more)


def entities(
    id: int, subgraph: str, *calls: EntityCall, after: Sequence[int], **more: Any
) -> Fetch:
    """A fetch of entities."""
    kind = OperationKind.QUERY
    return Fetch(id, subgraph, kind, f"fetch {id}", entities=calls, depends_on=tuple(after), **more)


def call(
    targets: str | Sequence[str],
    representations: Representation | Sequence[Representation],
    *selection: WireField,
    alias: str = "_entities",
    variable: str = "representations",
    **more: Any,
) -> EntityCall:
    """One `_entities` field."""
    paths = [targets] if isinstance(targets, str) else targets
    many = [representations] if isinstance(representations, Representation) else representations
    return EntityCall(
        alias, variable, tuple(many), tuple(path(text) for text in paths), selection, **more
    )


def plan(output: Output, *fetches: Fetch, **more: Any) -> QueryPlan:
    """A query plan; all fetches are primary unless told otherwise."""
    more.setdefault("primary", tuple(fetch.id for fetch in fetches))
    return QueryPlan(more.pop("kind", OperationKind.QUERY), fetches, output, **more)


Reply = Any
"""A dict (the whole response), bytes, a SubgraphResponse, an exception, or a function of the
variables that returns one of those."""


@dataclass(eq=False)
class Script:
    """A transport that answers each document from a table and remembers what it was asked."""

    replies: Mapping[str, Reply]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    requests: list[SubgraphRequest] = field(default_factory=list)

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        payload = json.loads(request.body)
        variables = payload.get("variables", {})
        self.requests.append(request)
        self.asked.append((payload["query"], variables))
        reply = self.replies[payload["query"]]
        if isinstance(reply, Callable):
            reply = reply(variables)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, SubgraphResponse):
            return reply
        return SubgraphResponse(
            200, reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        )

    async def close(self) -> None:
        """Nothing is open."""

    def variables_of(self, document: str) -> list[dict[str, Any]]:
        """What a document was sent with, in order."""
        return [variables for query, variables in self.asked if query == document]


def prepare(
    query_plan: QueryPlan,
    transport: Any,
    options: ExecutorOptions | None = None,
    schema: GraphQLSchema = SCHEMA,
) -> Prepared:
    """The plan, ready to run against endpoints for all of its subgraphs."""
    endpoints = {fetch.subgraph: f"http://{fetch.subgraph}" for fetch in query_plan.fetches}
    return Executor(endpoints, transport, schema, options).prepare(query_plan)


MODES = [
    ExecutorOptions(compiled=False),
    ExecutorOptions(compiled=True),
    ExecutorOptions(compiled=False, trusting=False),
    ExecutorOptions(compiled=True, trusting=False),
]


async def run(
    query_plan: QueryPlan,
    replies: Mapping[str, Reply],
    variables: Mapping[str, Any] | None = None,
    **more: Any,
) -> tuple[Any, list[dict[str, Any]], Script]:
    """Run in every mode; all must agree. Returns data, errors and the script of the last run."""
    options = more.pop("options", ExecutorOptions())
    context = ExecutionContext(variables or {}, **more)
    results: list[tuple[bytes, list[Any], list[tuple[str, dict[str, Any]]]]] = []
    for mode in MODES:
        script = Script(replies)
        mixed = replace(options, compiled=mode.compiled, trusting=mode.trusting)
        result = await prepare(query_plan, script, mixed).run(context)
        json.loads(result.body())
        results.append((result.data, result.errors, script.asked))
    for other in results[1:]:
        assert other[0] == results[0][0]
        assert other[1:] == results[0][1:]
    return json.loads(results[0][0]), results[0][1], script


def data_of(result: ExecutionResult) -> Any:
    """The result's data as Python values."""
    return json.loads(result.data)
