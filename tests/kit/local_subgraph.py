"""A strict Federation subgraph in process, for tests: SDL and data in, GraphQL over HTTP out.

    reviews = LocalSubgraph(
        "reviews",
        'type Review @key(fields: "id") { id: ID! body: String } type Query { reviews: [Review] }',
        data={"Review": [{"id": "1", "body": "Fine"}]},
        resolvers={"Query": {"reviews": [{"id": "1"}]}},
    )
    transport = LocalTransport([reviews])      # a gateway Transport; or serve `reviews.app` by ASGI

It answers as a subgraph server would (graphql-core executes and validates), and it is *strict*: a
representation of an unknown type, without a complete resolvable key, with fields its type does not
have, or without what `@requires` asks for is an error, and is remembered in `violations`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute,
    parse,
    subscribe,
    validate,
)

from gateway.errors import Code
from gateway.transport.port import SubgraphRequest, SubgraphResponse, TransportError
from tests.kit.subgraph_sdl import EntityRules, FieldSet, executable_schema

Fault = Callable[[SubgraphRequest], "SubgraphResponse | Exception | None"]
"""Called before a request is answered: an answer or an exception replaces the real one."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that a subgraph received."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None
    headers: tuple[tuple[str, str], ...]

    @property
    def representations(self) -> int:
        """How many entities it asked for."""
        return sum(
            len(value)
            for value in self.variables.values()
            if isinstance(value, list)
            and any(isinstance(item, dict) and "__typename" in item for item in value)
        )


@dataclass(eq=False)
class LocalSubgraph:
    """A subgraph made of an SDL and of data.

    `data` maps an object type to its rows; an object that lacks a field is completed from the row
    with the same key. `resolvers` maps a type to its fields, each a constant or a callable
    `(source, info, **arguments)`, plain or async (for `Subscription` an async generator function).
    `references` maps a type to `(representation) -> row or None` in place of the look-up in `data`.
    """

    name: str
    sdl: str
    data: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    resolvers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    references: Mapping[str, Callable[[Mapping[str, Any]], Any]] = field(default_factory=dict)
    fault: Fault | None = None
    middleware: Callable[..., Any] | None = None
    """Called around every resolver, as graphql-core calls its middleware; what it raises is an
    error of that field."""
    latency: float = 0.0
    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    schema: GraphQLSchema = field(init=False)
    rules: EntityRules = field(init=False)
    _documents: dict[str, DocumentNode | list[GraphQLError]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self.schema, self.rules = executable_schema(self.sdl)
        query = self.schema.query_type
        assert query is not None
        query.fields["_service"].resolve = lambda _source, _info: {"sdl": self.sdl}
        if "_entities" in query.fields:
            query.fields["_entities"].resolve = self._entities
        for type_name, fields in self.resolvers.items():
            for field_name, resolver in fields.items():
                self._attach(type_name, field_name, resolver)

    @property
    def url(self) -> str:
        """An address for endpoint tables; only the name in it matters to `LocalTransport`."""
        return f"http://{self.name}.local/graphql"

    def forget(self) -> None:
        """Forget calls and violations."""
        self.calls.clear()
        self.violations.clear()

    # --- answering ----------------------------------------------------------------------------

    async def answer(self, request: SubgraphRequest) -> SubgraphResponse:
        """Answer an HTTP request as a subgraph server does.

        Raises whatever the fault hook returns as an exception.
        """
        if self.latency:
            await asyncio.sleep(self.latency)
        try:
            payload = json.loads(request.body)
        except ValueError as error:
            return _response(400, {"errors": [{"message": f"not JSON: {error}"}]})
        self.calls.append(
            Call(
                payload.get("query", ""),
                payload.get("variables") or {},
                payload.get("operationName"),
                request.headers,
            )
        )
        if self.fault is not None:
            replaced = self.fault(request)
            if isinstance(replaced, Exception):
                raise replaced
            if replaced is not None:
                return replaced
        return await self._execute(payload)

    async def _execute(self, payload: Mapping[str, Any]) -> SubgraphResponse:
        document = self._document(payload.get("query", ""))
        if isinstance(document, list):
            self.violations += [str(error) for error in document]
            return _response(400, {"errors": [error.formatted for error in document]})
        result = execute(
            self.schema,
            document,
            variable_values=payload.get("variables"),
            operation_name=payload.get("operationName"),
            field_resolver=self._default,
            middleware=[self.middleware] if self.middleware is not None else None,
        )
        if isinstance(result, Awaitable):
            result = await result
        assert isinstance(result, ExecutionResult)
        return _response(200, result.formatted)

    async def events(self, request: SubgraphRequest) -> AsyncIterator[bytes]:
        """Yield the response body of each event of a subscription."""
        payload = json.loads(request.body)
        self.calls.append(Call(payload["query"], payload.get("variables") or {}, None, ()))
        document = self._document(payload["query"])
        assert isinstance(document, DocumentNode), document
        result = subscribe(
            self.schema,
            document,
            variable_values=payload.get("variables"),
            field_resolver=self._default,
        )
        if isinstance(result, Awaitable):
            result = await result
        if isinstance(result, ExecutionResult):
            yield _encode(result.formatted)
            return
        async for event in result:
            yield _encode(event.formatted)

    def _document(self, text: str) -> DocumentNode | list[GraphQLError]:
        if text not in self._documents:
            try:
                document = parse(text)
                self._documents[text] = validate(self.schema, document) or document
            except GraphQLError as error:
                self._documents[text] = [error]
        return self._documents[text]

    # --- resolving ----------------------------------------------------------------------------

    def _attach(self, type_name: str, field_name: str, resolver: Any) -> None:
        fields = self.schema.type_map[type_name].fields  # type: ignore[attr-defined]
        if type_name == "Subscription":
            fields[field_name].subscribe = resolver
        elif callable(resolver):
            fields[field_name].resolve = self._guarded(type_name, field_name, resolver)
        else:
            fields[field_name].resolve = lambda _source, _info, **_arguments: resolver

    def _guarded(self, type_name: str, field_name: str, resolver: Any) -> Any:
        required = self.rules.requires.get((type_name, field_name))
        if required is None:
            return resolver

        def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
            self._demand(source, required, f"{type_name}.{field_name} requires")
            return resolver(source, info, **arguments)

        return resolve

    def _default(self, source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        name, owner = info.field_name, info.parent_type.name
        required = self.rules.requires.get((owner, name))
        if required is not None:
            self._demand(source, required, f"{owner}.{name} requires")
        if isinstance(source, Mapping) and name not in source:
            source = self._row(owner, source) or source
        value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
        return value(info, **arguments) if callable(value) else value

    def _entities(
        self, _source: Any, _info: GraphQLResolveInfo, representations: list[Any]
    ) -> list[Any]:
        return [self._entity(representation) for representation in representations]

    def _entity(self, representation: Any) -> Any:
        try:
            return self._resolve_reference(representation)
        except GraphQLError as error:  # becomes null and an error at this index
            return error

    def _resolve_reference(self, representation: Any) -> Any:
        type_name = representation.get("__typename") if isinstance(representation, dict) else None
        keys = self.rules.keys.get(type_name or "")
        if not keys:
            raise self._violation(f"{self.name} has no entity {type_name!r}")
        known = {*self.schema.type_map[type_name].fields, "__typename"}  # type: ignore[attr-defined]
        if unknown := set(representation) - known:
            raise self._violation(f"{type_name} has no {sorted(unknown)}")
        complete = [key for key in keys if key.satisfied_by(representation, keyed=True)]
        if not complete:
            raise self._violation(f"no key of {type_name} in {representation}")
        if type_name in self.references:
            row = self.references[type_name](representation)
        elif type_name in self.data or self.rules.implementations.get(type_name):
            row = self._row(type_name, representation, complete)
        else:
            row = {}
        if row is None:
            return None
        external = self.rules.external.get(row.get("__typename", type_name), frozenset())
        merged = {"__typename": type_name, **row}
        for name, value in representation.items():
            if name not in merged or name in external:
                merged[name] = value
        return merged

    def _row(
        self, type_name: str, source: Mapping[str, Any], keys: Iterable[FieldSet] = ()
    ) -> Mapping[str, Any] | None:
        candidates = [type_name, *self.rules.implementations.get(type_name, ())]
        usable = list(keys) or [
            key for key in self.rules.all_keys.get(type_name, ()) if key.satisfied_by(source)
        ]
        for candidate in candidates:
            for row in self.data.get(candidate, ()):
                if any(key.matches(row, source) for key in usable):
                    return row if candidate == type_name else {"__typename": candidate, **row}
        return None

    def _demand(self, source: Any, required: FieldSet, what: str) -> None:
        if not required.satisfied_by(source):
            raise self._violation(f"{what} {required.text!r}, got {source!r}")

    def _violation(self, message: str) -> GraphQLError:
        self.violations.append(message)
        return GraphQLError(message)

    # --- serving ------------------------------------------------------------------------------

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        """The subgraph as an ASGI application: every POST is a GraphQL request."""
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = tuple((name.decode(), value.decode()) for name, value in scope["headers"])
        answer = await self.answer(SubgraphRequest(self.name, scope["path"], body, headers))
        head = [(name.encode(), value.encode()) for name, value in answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": head})
        await send({"type": "http.response.body", "body": answer.body})


@dataclass(eq=False)
class LocalTransport:
    """A gateway transport to subgraphs in this process, found by the request's subgraph name."""

    subgraphs: Iterable[LocalSubgraph]
    requests: list[SubgraphRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_name = {subgraph.name: subgraph for subgraph in self.subgraphs}

    @property
    def endpoints(self) -> dict[str, str]:
        """Subgraph name to URL, for the executor."""
        return {name: subgraph.url for name, subgraph in self._by_name.items()}

    @property
    def violations(self) -> list[str]:
        """What any subgraph objected to."""
        return [
            f"{name}: {violation}"
            for name, subgraph in self._by_name.items()
            for violation in subgraph.violations
        ]

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Answer by the subgraph of that name."""
        self.requests.append(request)
        subgraph = self._by_name.get(request.subgraph)
        if subgraph is None:
            raise TransportError(
                Code.SUBREQUEST_HTTP_ERROR, f"no subgraph {request.subgraph}", sent=False
            )
        return await subgraph.answer(request)

    async def close(self) -> None:
        """Nothing is held open."""

    def subscribe(self, request: SubgraphRequest) -> AsyncIterator[bytes]:
        """Open a subscription (the executor's `EventSource`)."""
        return self._by_name[request.subgraph].events(request)


def _response(status: int, payload: Mapping[str, Any]) -> SubgraphResponse:
    return SubgraphResponse(status, _encode(payload), (("content-type", "application/json"),))


def _encode(payload: Mapping[str, Any]) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()
