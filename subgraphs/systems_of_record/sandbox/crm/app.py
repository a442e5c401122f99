"""The sandbox CRM over HTTP: SOQL, sObject collections, sObject rows.

`GET /services/data/v62.0/query?q=SOQL` with `nextRecordsUrl`, `POST composite/sobjects/Type`
(many ids, one call), `GET|PATCH sobjects/Type/Id`, `PATCH sobjects/Type/Field/Value` (upsert by
external id), `GET events`. A spent quota is 403 REQUEST_LIMIT_EXCEEDED, as in the model.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from subgraphs.systems_of_record.codec import MalformedDocumentError
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.conditions import UnknownFieldError
from subgraphs.systems_of_record.sandbox.crm import soql
from subgraphs.systems_of_record.sandbox.feed import read_feed
from subgraphs.systems_of_record.sandbox.lexing import QuerySyntaxError
from subgraphs.systems_of_record.sandbox.shell import Manner
from subgraphs.systems_of_record.sandbox.store import (
    DuplicateKeyError,
    StaleVersionError,
    Store,
    StoredObject,
)
from subgraphs.systems_of_record.sandbox.writing import RuleError

BASE = "/services/data/v62.0"
BATCH = 500
QUOTA = 100_000
_READ_ONLY = frozenset({"Id", "SystemModstamp", "RowVersion__c", "attributes"})
_CHOICES = {
    "CreditStatus__c": {"GOOD", "WATCH", "ON_HOLD"},
    "Type": {"PROSPECT", "ACTIVE", "INACTIVE"},
    "StageName": {"QUALIFICATION", "PROPOSAL", "NEGOTIATION", "WON", "LOST"},
}


def manner() -> Manner:
    """How Salesforce says it. Token answers name no lifetime: clients learn it from a 401."""
    return Manner(
        system=System.CRM,
        token_path="/services/oauth2/token",  # noqa: S106
        token_body=lambda token, lifetime: {"access_token": token, "token_type": "Bearer"},
        unauthorised=lambda: failure(401, "INVALID_SESSION_ID", "Session expired or invalid"),
        throttled=lambda retry_after: failure(
            403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."
        ),
        failure=failure,
        is_write=lambda method, path: method == "PATCH",
    )


def application(store: Store, calls: Callable[[], int]) -> Starlette:
    """The CRM's own application; `calls` tells how many were made, for the limit header."""

    async def serve(request: Request) -> Response:
        body = await request.body()
        try:
            response = _dispatch(store, request, body)
        except Exception as error:
            answer = _answer_error(error)
            if answer is None:
                raise
            response = answer
        response.headers["sforce-limit-info"] = f"api-usage={calls()}/{QUOTA}"
        return response

    methods = ["GET", "POST", "PATCH"]
    return Starlette(routes=[Route(BASE + "/{target:path}", serve, methods=methods)])


def _dispatch(store: Store, request: Request, body: bytes) -> Response:
    match request.method, *request.path_params["target"].split("/"):
        case "GET", "query":
            return _query(store, request.query_params.get("q", ""), 0)
        case "GET", "query", locator:
            text, skip = _locate(locator)
            return _query(store, text, skip)
        case "POST", "composite", "sobjects", name:
            return _collection(store, name, _body(body))
        case "GET", "sobjects", name, id:
            return _single(_row(store, name, id))
        case "PATCH", "sobjects", name, id:
            current = _row(store, name, id)
            return _change(store, current, _body(body), request.headers.get("if-match"))
        case "PATCH", "sobjects", name, field, value:
            return _upsert(store, name, field, value, request, _body(body))
        case "GET", "events":
            query = request.query_params
            return _json(
                {
                    "events": read_feed(
                        store, query.get("replayId"), query.get("limit"), request.scope
                    )
                }
            )
    raise HTTPException(404)


def _query(store: Store, text: str, skip: int) -> Response:
    select = soql.parse(text)
    _known(store, select.kind)
    if not select.fields:
        counted = store.query(select.kind, select.where, limit=0, count=True)
        return _json({"totalSize": counted.total, "done": True, "records": []})
    size = BATCH if select.limit is None else min(BATCH, max(select.limit - skip, 0))
    rows = store.query(select.kind, select.where, select.order, limit=size, offset=skip, count=True)
    total = rows.total or 0
    if select.limit is not None:
        total = min(total, select.limit)
    done = skip + len(rows.objects) >= total
    body: dict[str, Any] = {"totalSize": total, "done": done}
    if not done:
        locator = base64.urlsafe_b64encode(orjson.dumps([text, skip + size])).decode()
        body["nextRecordsUrl"] = f"{BASE}/query/{locator}"
    fields = set(select.fields)
    body["records"] = [_picked(row(stored), fields) for stored in rows.objects]
    return _json(body)


def _locate(locator: str) -> tuple[str, int]:
    try:
        text, skip = orjson.loads(base64.urlsafe_b64decode(locator.encode()))
    except (ValueError, TypeError) as error:
        raise QuerySyntaxError("the query locator is not valid") from error
    if not isinstance(text, str) or type(skip) is not int or skip < 0:
        raise QuerySyntaxError("the query locator is not valid")
    return text, skip


def _collection(store: Store, name: str, body: dict[str, Any]) -> Response:
    _known(store, name)
    ids: Any = body.get("ids")
    fields: Any = body.get("fields")
    for given in (ids, fields):
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            raise MalformedDocumentError("ids and fields are lists of texts")
    found = {stored.id: stored for stored in store.get_many(name, ids)}
    picked = set(fields)
    return _json([_picked(row(found[id]), picked) if id in found else None for id in ids])


def _change(
    store: Store, current: StoredObject, fields: dict[str, Any], if_match: str | None
) -> Response:
    expected = None
    if if_match is not None:
        token = if_match.strip('"')
        expected = int(token) if token.isdecimal() else -1
    _check(store, current.kind, fields)
    with store.transaction():
        changed = store.update(current.kind, current.id, fields, expected_version=expected)
        if changed.version != current.version:
            type = f"{'customer' if current.kind == 'Account' else 'opportunity'}.updated"
            store.record_event(type, changed.id, None, str(changed.version))
    return Response(status_code=204, headers={"etag": f'"{changed.version}"'})


def _upsert(
    store: Store, name: str, field: str, value: str, request: Request, fields: dict[str, Any]
) -> Response:
    _known(store, name)
    if store.catalogue[name].external_key != (field,):
        raise RuleError("INVALID_FIELD", f"{field} is no external id of {name}")
    _check(store, name, fields)
    try:
        with store.transaction():
            created = store.insert(name, {**fields, field: value})
    except DuplicateKeyError as duplicate:
        return _change(store, duplicate.current, fields, request.headers.get("if-match"))
    return _json({"id": created.id, "success": True, "created": True}, 201)


def _check(store: Store, name: str, fields: dict[str, Any]) -> None:
    for field, value in fields.items():
        if field in _READ_ONLY or field not in store.catalogue[name].fields:
            raise RuleError("INVALID_FIELD_FOR_INSERT_UPDATE", f"{field} cannot be written")
        if value is not None and not isinstance(value, str):
            raise RuleError("JSON_PARSER_ERROR", f"{field} takes a text")
        if field in _CHOICES and value not in _CHOICES[field]:
            raise RuleError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", f"bad value for {field}")


def row(stored: StoredObject) -> dict[str, Any]:
    """An object as it appears in an answer."""
    return stored.doc | {
        "attributes": {"type": stored.kind, "url": f"{BASE}/sobjects/{stored.kind}/{stored.id}"},
        "SystemModstamp": stored.modified_at,
        "RowVersion__c": stored.version,
    }


def _picked(full: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    return {key: value for key, value in full.items() if key in fields or key == "attributes"}


def _single(stored: StoredObject) -> Response:
    response = _json(row(stored))
    response.headers["etag"] = f'"{stored.version}"'
    return response


def _row(store: Store, name: str, id: str) -> StoredObject:
    _known(store, name)
    found = store.get(name, id)
    if found is None:
        raise HTTPException(404)
    return found


def _known(store: Store, name: str) -> None:
    if name not in store.catalogue.kinds:
        raise RuleError("INVALID_TYPE", f"sObject type '{name[:40]}' is not supported.")


def _body(body: bytes) -> dict[str, Any]:
    fields = orjson.loads(body)
    if not isinstance(fields, dict):
        raise MalformedDocumentError("an object is expected")
    return fields


def _answer_error(error: Exception) -> Response | None:
    match error:
        case StaleVersionError(current=current):
            response = failure(412, "PRECONDITION_FAILED", "The row was changed.")
            response.headers["etag"] = f'"{current.version}"'
            return response
        case RuleError(code=code, message=message):
            return failure(400, code, message)
        case HTTPException():
            return failure(404, "NOT_FOUND", "The requested resource does not exist")
        case MalformedDocumentError() | orjson.JSONDecodeError():
            return failure(400, "JSON_PARSER_ERROR", str(error)[:300])
        case QuerySyntaxError():
            return failure(400, "MALFORMED_QUERY", str(error)[:300])
        case UnknownFieldError():
            return failure(400, "INVALID_FIELD", str(error)[:300])
    return None


def failure(status: int, code: str, message: str) -> Response:
    """An error body: a list of one error."""
    return _json([{"errorCode": code, "message": message}], status)


def _json(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
