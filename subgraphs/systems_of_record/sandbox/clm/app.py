"""The sandbox contract system over HTTP.

`GET /public/api/v1/records?types&filter&sortField&sortDirection&page&pageSize`,
`GET /records/{id}`, `POST /records/{id}/actions/{action}`, `GET /events?after&pageSize`,
`GET /idempotency/{key}`. Unlike its model it honours If-Match with the record's version.
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from subgraphs.systems_of_record.codec import MalformedDocumentError
from subgraphs.systems_of_record.query.predicates import Order
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.clm import actions, formula
from subgraphs.systems_of_record.sandbox.conditions import UnknownFieldError
from subgraphs.systems_of_record.sandbox.feed import read_feed
from subgraphs.systems_of_record.sandbox.lexing import QuerySyntaxError
from subgraphs.systems_of_record.sandbox.shell import Manner, writes_by_method
from subgraphs.systems_of_record.sandbox.store import (
    KeyReusedError,
    StaleVersionError,
    Store,
    StoredObject,
)
from subgraphs.systems_of_record.sandbox.writing import RuleError, write_once

BASE = "/public/api/v1"
MAX_PAGE = 500


def manner() -> Manner:
    """How Ironclad says it."""
    return Manner(
        system=System.CLM,
        token_path="/oauth/token",  # noqa: S106
        token_body=lambda token, lifetime: {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(lifetime),
            "scope": "public.records.readRecords public.records.updateRecords",
        },
        unauthorised=lambda: failure(401, "UNAUTHORIZED", "The access token is not valid."),
        throttled=_throttled,
        failure=failure,
        is_write=writes_by_method,
    )


def application(store: Store) -> Starlette:
    """The contract system's own application, without what surrounds it."""

    async def serve(request: Request) -> Response:
        body = await request.body()
        try:
            return _dispatch(store, request, body)
        except Exception as error:
            answer = _answer_error(error)
            if answer is None:
                raise
            return answer

    return Starlette(routes=[Route(BASE + "/{target:path}", serve, methods=["GET", "POST"])])


def _dispatch(store: Store, request: Request, body: bytes) -> Response:
    match request.method, *request.path_params["target"].split("/"):
        case "GET", "records":
            return _list(store, request)
        case "GET", "records", id:
            return _json(wire(_record(store, id)))
        case "GET", "events":
            query = request.query_params
            return _json(
                {"list": read_feed(store, query.get("after"), query.get("pageSize"), request.scope)}
            )
        case "GET", "idempotency", key:
            found = store.receipt(key)
            if found is None:
                raise HTTPException(404)
            return _json(wire(found))
        case "POST", "records", id, "actions", action:
            return _act(store, request, id, action, body)
    raise HTTPException(404)


def _act(store: Store, request: Request, id: str, action: str, body: bytes) -> Response:
    fields = orjson.loads(body) if body else {}
    if not isinstance(fields, dict):
        raise MalformedDocumentError("an object is expected")
    given = request.headers.get("if-match")
    expected = None
    if given is not None:
        expected = int(given.strip('"')) if given.strip('"').isdecimal() else -1
    signature = b"\n".join((request.url.path.encode(), body))

    def effect() -> StoredObject:
        return actions.perform(store, action, _record(store, id), fields, expected)

    return _json(wire(write_once(store, request.headers.get("idempotency-key"), signature, effect)))


def _list(store: Store, request: Request) -> Response:
    query = request.query_params
    kind = query.get("types", "")
    if kind not in store.catalogue.kinds:
        raise QuerySyntaxError(f"there is no record type {kind!r}")
    where = formula.parse(query["filter"]) if "filter" in query else None
    order: tuple[Order, ...] = ()
    if "sortField" in query:
        order = (Order(query["sortField"], query.get("sortDirection") == "DESC"),)
    size = min(_whole_number(query.get("pageSize", "20")), MAX_PAGE)
    page = _whole_number(query.get("page", "0"))
    rows = store.query(kind, where, order, limit=size, offset=page * size, count=True)
    return _json(
        {
            "page": page,
            "pageSize": size,
            "count": rows.total,
            "list": [wire(stored) for stored in rows.objects],
        }
    )


def wire(stored: StoredObject) -> dict[str, Any]:
    """A record as it appears in an answer."""
    properties = {k: v for k, v in stored.doc.items() if k not in ("id", actions.UNDO)}
    return {
        "id": stored.id,
        "type": stored.kind,
        "version": stored.version,
        "lastUpdated": stored.modified_at,
        "properties": properties,
    }


def _record(store: Store, id: str) -> StoredObject:
    for kind in store.catalogue.kinds.values():
        if id.startswith(kind.prefix + "-"):
            found = store.get(kind.name, id)
            if found is not None:
                return found
    raise HTTPException(404)


def _whole_number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise QuerySyntaxError(f"{text!r} is no whole number")
    return int(text)


def _answer_error(error: Exception) -> Response | None:
    match error:
        case StaleVersionError(current=current):
            return failure(412, "PRECONDITION_FAILED", "The record changed.", current.version)
        case actions.ContractVersionError(current=version):
            return failure(409, "CONTRACT_VERSION_CONFLICT", str(error), version)
        case RuleError(code=code, message=message):
            return failure(422, code, message)
        case KeyReusedError():
            return failure(422, "IDEMPOTENCY_KEY_REUSED", "The key was used for another request.")
        case HTTPException():
            return failure(404, "NOT_FOUND", "The record does not exist.")
        case MalformedDocumentError() | orjson.JSONDecodeError():
            return failure(400, "INVALID_BODY", str(error)[:300])
        case QuerySyntaxError() | UnknownFieldError():
            return failure(400, "INVALID_PARAM", str(error)[:300])
    return None


def failure(status: int, code: str, message: str, current_version: int | None = None) -> Response:
    """An error body."""
    body: dict[str, Any] = {"code": code, "message": message}
    if current_version is not None:
        body["currentVersion"] = current_version
    return _json(body, status)


def _throttled(retry_after: float | None) -> Response:
    response = failure(429, "TOO_MANY_REQUESTS", "The company's bucket is empty.")
    if retry_after is not None:
        response.headers["retry-after"] = f"{retry_after:g}"
    return response


def _json(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
