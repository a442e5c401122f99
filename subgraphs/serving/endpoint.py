"""The GraphQL endpoint of a subgraph: a raw ASGI application, because it is the hot path.

Answers POST with JSON (GraphQL over HTTP): 401 without a valid signed caller, 4xx for what is no
GraphQL request, else 200 with `data`, coded `errors` and, on request, `extensions.lineage`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from auth.errors import TokenRefusedError
from auth.signed_caller import CALLER_HEADER, CORRELATION_HEADER, CallerVerifier
from subgraphs.serving.backends import Backends
from subgraphs.serving.context import RequestContext
from subgraphs.serving.errors import describe
from subgraphs.serving.lineage import LINEAGE_HEADER, Lineage
from subgraphs.serving.loading import Loaders
from subgraphs.serving.schema import SubgraphSchema
from subgraphs.systems_of_record.correlation import correlated

# A batch of representations is large; what is beyond this is not a batch any more.
MAX_BODY_BYTES = 16 * 1024 * 1024
_JSON = b"application/json"
_GRAPHQL_RESPONSE = b"application/graphql-response+json"
_REQUEST_ERROR = 422
_CORRELATION_ID = re.compile(r"[\w.:+/=-]{1,128}", re.ASCII)


class HttpRefusal(Exception):  # noqa: N818  (an answer, rather than a fault)
    """The request is answered with this status and code, without being executed."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class _Operation:
    query: str
    variables: dict[str, Any] | None
    name: str | None


class GraphQLEndpoint:
    """One per subgraph. `backends` is called with each request: it may be not open yet."""

    def __init__(
        self,
        schema: SubgraphSchema,
        verifier: CallerVerifier,
        backends: Callable[[], Backends | None],
    ) -> None:
        self._schema = schema
        self._verifier = verifier
        self._backends = backends

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI entry point, for HTTP only (the router sees to it)."""
        request = Request(scope, receive)
        try:
            status, answer = await self._answer(request)
        except HttpRefusal as refusal:
            status = refusal.status
            answer = {
                "errors": [{"message": refusal.message, "extensions": {"code": refusal.code}}]
            }
        accepts = request.headers.get("accept", "").encode("latin-1")
        if _GRAPHQL_RESPONSE in accepts:
            await _send(send, status, _GRAPHQL_RESPONSE, answer)
        else:
            await _send(send, 200 if status == _REQUEST_ERROR else status, _JSON, answer)

    async def _answer(self, request: Request) -> tuple[int, dict[str, Any]]:
        headers = request.headers
        try:
            proof = self._verifier.inspect(headers.get(CALLER_HEADER))
        except TokenRefusedError as error:
            raise HttpRefusal(401, error.code, error.message) from None
        backends = self._backends()
        if backends is None:
            raise HttpRefusal(503, "STARTING", "The subgraph is not ready yet.")
        operation = await _read(request)
        correlation_id = proof.correlation_id or _correlation_id(headers.get(CORRELATION_HEADER))
        lineage = Lineage() if headers.get(LINEAGE_HEADER) == "1" else None
        schema = self._schema if lineage is None else self._schema.with_lineage()
        context = RequestContext(
            caller=proof.caller,
            correlation_id=correlation_id,
            systems=backends.systems,
            lineage=lineage,
            loaders=Loaders(),
            services=backends.services,
        )
        with correlated(correlation_id):
            result = await schema.execute(
                operation.query,
                variable_values=operation.variables,
                operation_name=operation.name,
                context_value=context,
            )
        return _status(result), _body(result, context)


def _status(result: Any) -> int:
    # A request error (the document or its variables are wrong) has no data at all; it is told by
    # status only to clients of the newer media type (GraphQL over HTTP §6.4).
    request_error = result.data is None and any(error.path is None for error in result.errors or ())
    return _REQUEST_ERROR if request_error else 200


def _body(result: Any, context: RequestContext) -> dict[str, Any]:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [describe(error, context.correlation_id) for error in result.errors]
    if context.lineage is not None:
        body["extensions"] = {"lineage": context.lineage.report()}
    return body


async def _read(request: Request) -> _Operation:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise HttpRefusal(415, "UNSUPPORTED_MEDIA_TYPE", "Send application/json.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise HttpRefusal(413, "PAYLOAD_TOO_LARGE", "The request is too large.")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HttpRefusal(400, "BAD_REQUEST", "The body is not JSON.") from None
    return _operation(document)


def _operation(document: object) -> _Operation:
    if not isinstance(document, dict):
        raise HttpRefusal(400, "BAD_REQUEST", "The body is not a GraphQL request.")
    query, variables = document.get("query"), document.get("variables")
    name = document.get("operationName")
    if not isinstance(query, str) or not query:
        raise HttpRefusal(400, "BAD_REQUEST", "The request has no 'query'.")
    if variables is not None and not isinstance(variables, dict):
        raise HttpRefusal(400, "BAD_REQUEST", "'variables' is not an object.")
    if name is not None and not isinstance(name, str):
        raise HttpRefusal(400, "BAD_REQUEST", "'operationName' is not a string.")
    return _Operation(query, variables, name)


def _correlation_id(given: str | None) -> str:
    # It goes into logs and into headers to other systems: only a plain one is taken over.
    return given if given and _CORRELATION_ID.fullmatch(given) else secrets.token_hex(16)


async def _send(send: Send, status: int, media: bytes, answer: dict[str, Any]) -> None:
    body = orjson.dumps(answer)
    headers = [(b"content-type", media), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"c2c-caller"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
