"""The sandbox PSA over HTTP: `/api/v1/{resource}.json`, page and per_page, bare 429s.

A list answers `{count, meta, results: [{key, id}], <resource>: {id: {...}}}`. Unlike its model
it keeps `lock_version` and honours If-Match with it, and `X-Idempotency-Key`.
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
from subgraphs.systems_of_record.query.predicates import Compare
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.conditions import UnknownFieldError
from subgraphs.systems_of_record.sandbox.feed import read_feed
from subgraphs.systems_of_record.sandbox.lexing import QuerySyntaxError
from subgraphs.systems_of_record.sandbox.psa import params, reports, writes
from subgraphs.systems_of_record.sandbox.shell import Manner, writes_by_method
from subgraphs.systems_of_record.sandbox.store import (
    DuplicateKeyError,
    KeyReusedError,
    StaleVersionError,
    Store,
    StoredObject,
)
from subgraphs.systems_of_record.sandbox.writing import RuleError, write_once

BASE = "/api/v1"


def manner() -> Manner:
    """How Kantata says it: a throttled client is told nothing about when to come back."""
    return Manner(
        system=System.PSA,
        token_path="/oauth/token",  # noqa: S106
        token_body=lambda token, lifetime: {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(lifetime),
        },
        unauthorised=lambda: failure(401, "oauth", "The access token is not valid."),
        throttled=lambda retry_after: Response(status_code=429),
        failure=failure,
        is_write=writes_by_method,
    )


def application(store: Store) -> Starlette:
    """The PSA's own application, without what surrounds it."""

    async def serve(request: Request) -> Response:
        body = await request.body()
        try:
            return _dispatch(store, request, body)
        except Exception as error:
            answer = _answer_error(error)
            if answer is None:
                raise
            return answer

    methods = ["GET", "POST", "PUT"]
    return Starlette(routes=[Route(BASE + "/{target:path}.json", serve, methods=methods)])


def _dispatch(store: Store, request: Request, body: bytes) -> Response:
    query = request.query_params
    match request.method, *request.path_params["target"].split("/"):
        case "GET", "subscribed_events":
            return _json(
                {
                    "events": read_feed(
                        store, query.get("after"), query.get("per_page"), request.scope
                    )
                }
            )
        case "GET", "time_totals":
            ids = [value for name, value in query.multi_items() if name == "contract_id[]"]
            return _json({"time_totals": reports.time_totals(store, ids)})
        case "GET", "idempotency_keys", key:
            return _answer([_present(store.receipt(key))])
        case "GET", name if name in store.catalogue.kinds:
            return _list(store, name, request)
        case "GET", name, id if name in store.catalogue.kinds:
            return _answer([_present(store.get(name, id))])
        case "POST", "time_entries", "approve" | "mark_invoiced" | "unmark_invoiced" as action:
            return _answer(_set_entries(store, action, _fields(body)))
        case ("POST" | "PUT", name, *_) if name in store.catalogue.kinds:
            return _write(store, request, body)
    raise HTTPException(404)


def _write(store: Store, request: Request, body: bytes) -> Response:
    fields = _fields(body)
    given = request.headers.get("if-match")
    expected = None
    if given is not None:
        expected = int(given.strip('"')) if given.strip('"').isdecimal() else -1
    signature = b"\n".join((request.method.encode(), request.url.path.encode(), body))

    def effect() -> StoredObject:
        match request.method, *request.path_params["target"].split("/"):
            case "POST", name:
                return writes.create(store, name, fields)
            case "PUT", name, id:
                return writes.change(store, _present(store.get(name, id)), fields, expected)
            case "POST", name, id, "cancel":
                return writes.cancel(store, _present(store.get(name, id)))
        raise HTTPException(404)

    key = request.headers.get("x-idempotency-key")
    return _answer([write_once(store, key, signature, effect)])


def _set_entries(store: Store, action: str, fields: dict[str, Any]) -> list[StoredObject]:
    if action == "unmark_invoiced":
        invoice = fields.get("invoice_id")
        billed = Compare("invoice_id", "=", str(invoice))
        ids = [entry.id for entry in store.query("time_entries", billed).objects]
        changes = {"state": "APPROVED", "invoice_id": None}
        return writes.set_entries(store, ids, "INVOICED", changes)
    ids = fields.get("ids", [])
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise MalformedDocumentError("ids is a list of ids")
    if action == "approve":
        changes = {"state": "APPROVED", "approved_by": fields.get("approved_by")}
        return writes.set_entries(store, ids, "SUBMITTED", changes)
    changes = {"state": "INVOICED", "invoice_id": fields.get("invoice_id")}
    return writes.set_entries(store, ids, "APPROVED", changes)


def _list(store: Store, name: str, request: Request) -> Response:
    asked = params.read(store.catalogue[name], request.query_params.multi_items())
    rows = store.query(
        name, asked.where, asked.order, limit=asked.per_page, offset=asked.offset, count=True
    )
    count = rows.total or 0
    meta = {
        "count": count,
        "page_count": -(-count // asked.per_page),
        "page_number": asked.page,
        "page_size": asked.per_page,
    }
    return _answer(rows.objects, name, count, meta)


def _answer(
    objects: list[StoredObject],
    name: str | None = None,
    count: int | None = None,
    meta: dict[str, int] | None = None,
) -> Response:
    name = name or (objects[0].kind if objects else "results")
    body: dict[str, Any] = {
        "count": len(objects) if count is None else count,
        "meta": meta or {},
        "results": [{"key": name, "id": stored.id} for stored in objects],
        name: {stored.id: wire(stored) for stored in objects},
    }
    return _json(body)


def wire(stored: StoredObject) -> dict[str, Any]:
    """An object as it appears in an answer."""
    return stored.doc | {"updated_at": stored.modified_at, "lock_version": stored.version}


def _fields(body: bytes) -> dict[str, Any]:
    fields = orjson.loads(body) if body else {}
    if not isinstance(fields, dict):
        raise MalformedDocumentError("an object is expected")
    return fields


def _present(stored: StoredObject | None) -> StoredObject:
    if stored is None:
        raise HTTPException(404)
    return stored


def _answer_error(error: Exception) -> Response | None:
    match error:
        case StaleVersionError(current=current):
            return failure(412, "stale", f"lock_version is {current.version}", current.version)
        case DuplicateKeyError(current=current):
            return failure(422, "taken", f"{current.id} has this external reference")
        case RuleError(code=code, message=message):
            return failure(422, code, message)
        case KeyReusedError():
            return failure(422, "key_reused", "The key was used for another request.")
        case HTTPException():
            return failure(404, "not_found", "The resource does not exist.")
        case MalformedDocumentError() | orjson.JSONDecodeError():
            return failure(400, "invalid", str(error)[:300])
        case QuerySyntaxError() | UnknownFieldError():
            return failure(400, "bad_parameter", str(error)[:300])
    return None


def failure(status: int, code: str, message: str, current_version: int | None = None) -> Response:
    """An error body."""
    error: dict[str, Any] = {"type": code, "message": message}
    if current_version is not None:
        error["lock_version"] = current_version
    return _json({"errors": [error]}, status)


def _json(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
