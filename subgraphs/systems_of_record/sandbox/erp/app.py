"""The sandbox ERP over HTTP: OData entity sets, alternate keys, ETags, bound actions.

`GET /data/Set?$filter&$orderby&$top&$count`, `GET|PATCH /data/Set(key)`, `POST /data/Set`,
`POST /data/Set(key)/Action`, `POST /data/BillingTotals`, `GET /data/BusinessEvents`,
`GET /data/RepeatableRequests('key')`. Conditional writes follow RFC 9110; a repeated
`Repeatability-Request-ID` answers with what it did (OASIS Repeatable Requests 1.0).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from subgraphs.systems_of_record.codec import MalformedDocumentError
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.conditions import UnknownFieldError
from subgraphs.systems_of_record.sandbox.erp import actions, odata, reports
from subgraphs.systems_of_record.sandbox.erp.writes import WRITABLE, create, upsert
from subgraphs.systems_of_record.sandbox.feed import read_feed
from subgraphs.systems_of_record.sandbox.lexing import QuerySyntaxError
from subgraphs.systems_of_record.sandbox.shell import Manner
from subgraphs.systems_of_record.sandbox.store import (
    DuplicateKeyError,
    KeyReusedError,
    StaleVersionError,
    Store,
    StoredObject,
)
from subgraphs.systems_of_record.sandbox.writing import RuleError, write_once

MAX_PAGE = 1000
_TARGET = re.compile(r"(?P<set>[A-Za-z]+)(\((?P<key>.*)\))?(/(?P<action>[A-Za-z]+))?\Z", re.DOTALL)
_ETAG = re.compile(r'W/"(\d+)"\Z')


def manner() -> Manner:
    """How Dynamics says it."""
    return Manner(
        system=System.ERP,
        token_path="/oauth2/v2.0/token",  # noqa: S106
        token_body=lambda token, lifetime: {
            "token_type": "Bearer",
            "expires_in": int(lifetime),
            "access_token": token,
        },
        unauthorised=lambda: failure(401, "Unauthorized", "The bearer token is not valid."),
        throttled=_throttled,
        failure=failure,
        is_write=lambda method, path: method != "GET" and not path.endswith("/BillingTotals"),
    )


def application(store: Store) -> Starlette:
    """The ERP's own application, without what surrounds it."""

    async def serve(request: Request) -> Response:
        body = await request.body()
        try:
            return _dispatch(store, request, body)
        except Exception as error:
            answer = _answer_error(error)
            if answer is None:
                raise
            return answer

    return Starlette(routes=[Route("/data/{target:path}", serve, methods=["GET", "POST", "PATCH"])])


def _dispatch(store: Store, request: Request, body: bytes) -> Response:
    target = _TARGET.match(request.path_params["target"])
    if target is None:
        raise HTTPException(404)
    name, key, action = target["set"], target["key"], target["action"]
    match request.method, name:
        case "GET", "BusinessEvents":
            after, limit = request.query_params.get("after"), request.query_params.get("$top")
            return _json({"value": read_feed(store, after, limit, request.scope)})
        case "GET", "RepeatableRequests":
            found = store.receipt(str(odata.parse_key(key or "")))
            return _entity(store, _present(found))
        case "POST", "BillingTotals":
            return _json({"value": reports.billing_totals(store, _ids(_fields(body)))})
    if name not in store.catalogue.kinds:
        raise HTTPException(404)
    if request.method == "GET":
        if key is None:
            return _list(store, name, request)
        return _entity(store, _present(_locate(store, name, key)))
    return _write(store, request, name, key, action, body)


def _write(
    store: Store, request: Request, name: str, key: str | None, action: str | None, body: bytes
) -> Response:
    fields = _fields(body)
    repeat = request.headers.get("repeatability-request-id")
    expected = _expected_version(request)
    signature = b"\n".join((request.method.encode(), request.url.path.encode(), body))

    def effect() -> StoredObject:
        if key is None:
            return create(store, name, fields)
        current = _locate(store, name, key)
        if action is not None:
            return actions.perform(store, name, action, _present(current), fields, expected)
        if name not in WRITABLE or request.method != "PATCH":
            raise RuleError("NotWritable", f"{name} cannot be written.")
        if current is not None and request.headers.get("if-none-match") == "*":
            raise DuplicateKeyError(current)
        if current is None and expected is not None:
            raise HTTPException(404)
        alternate = odata.parse_key(key)
        if current is None and isinstance(alternate, str):
            raise HTTPException(404)
        keyed = {**fields, **alternate} if isinstance(alternate, dict) else fields
        return upsert(store, name, current, keyed, expected)

    return _entity(store, write_once(store, repeat, signature, effect))


def _list(store: Store, name: str, request: Request) -> Response:
    options = request.query_params
    where = odata.parse_filter(options["$filter"]) if "$filter" in options else None
    order = odata.parse_order(options["$orderby"]) if "$orderby" in options else ()
    top = _whole_number(options.get("$top"), None)
    skip = _skip(options.get("$skiptoken"))
    size = MAX_PAGE if top is None else min(top, MAX_PAGE)
    counted = options.get("$count") == "true"
    rows = store.query(name, where, order, limit=size + 1, offset=skip, count=counted)
    body: dict[str, Any] = {"@odata.context": f"{request.base_url}data/$metadata#{name}"}
    if rows.total is not None:
        body["@odata.count"] = rows.total
    body["value"] = [entity(store, stored) for stored in rows.objects[:size]]
    left = None if top is None else top - size
    if len(rows.objects) > size and left != 0:
        body["@odata.nextLink"] = _next_link(request, skip + size, left)
    return _json(body)


def _next_link(request: Request, skip: int, top: int | None) -> str:
    token = base64.urlsafe_b64encode(str(skip).encode()).decode()
    replaced = {"$skiptoken": token} | ({} if top is None else {"$top": str(top)})
    kept = {k: v for k, v in request.query_params.items() if k not in ("$skiptoken", "$top")}
    query = "&".join(f"{k}={quote(v, safe='')}" for k, v in {**kept, **replaced}.items())
    return f"{request.base_url}data/{request.path_params['target']}?{query}"


def _locate(store: Store, name: str, key: str) -> StoredObject | None:
    parsed = odata.parse_key(key)
    if isinstance(parsed, str):
        return store.get(name, parsed)
    kind = store.catalogue[name]
    if set(parsed) != set(kind.external_key):
        raise QuerySyntaxError(f"{name} has no such alternate key")
    return store.find(name, kind.external_key_of(parsed) or "")


def entity(store: Store, stored: StoredObject) -> dict[str, Any]:
    """An object as it appears in an answer."""
    envelope = {"@odata.etag": etag(stored), store.catalogue[stored.kind].modified_field: ""}
    envelope[store.catalogue[stored.kind].modified_field] = stored.modified_at
    return envelope | stored.doc


def etag(stored: StoredObject) -> str:
    """The weak validator of an object."""
    return f'W/"{stored.version}"'


def _entity(store: Store, stored: StoredObject) -> Response:
    body = {"@odata.context": f"$metadata#{stored.kind}/$entity", **entity(store, stored)}
    return _json(body, headers={"etag": etag(stored)})


def _expected_version(request: Request) -> int | None:
    given = request.headers.get("if-match")
    if given is None or given == "*":
        return None
    match = _ETAG.match(given)
    return int(match[1]) if match else -1


def _present(stored: StoredObject | None) -> StoredObject:
    if stored is None:
        raise HTTPException(404)
    return stored


def _fields(body: bytes) -> dict[str, Any]:
    fields = orjson.loads(body) if body else {}
    if not isinstance(fields, dict):
        raise MalformedDocumentError("an object is expected")
    return fields


def _ids(fields: Mapping[str, Any]) -> list[str]:
    ids = fields.get("ContractIds")
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise MalformedDocumentError("ContractIds is a list of ids")
    return ids


def _whole_number(text: str | None, default: int | None) -> int | None:
    if text is None:
        return default
    if not text.isdecimal():
        raise QuerySyntaxError(f"{text!r} is no whole number")
    return int(text)


def _skip(token: str | None) -> int:
    if token is None:
        return 0
    text = base64.urlsafe_b64decode(token.encode()).decode(errors="replace")
    return _whole_number(text, 0) or 0


def _answer_error(error: Exception) -> Response | None:
    match error:
        case StaleVersionError(current=current) | DuplicateKeyError(current=current):
            response = failure(412, "PreconditionFailed", "The object is at another version.")
            response.headers["etag"] = etag(current)
            return response
        case RuleError(code=code, message=message):
            return failure(400, code, message)
        case HTTPException(status_code=status):
            return failure(status, "NotFound", "The resource does not exist.")
        case KeyReusedError():
            return failure(400, "RepeatabilityKeyReused", "The id was used for another request.")
        case MalformedDocumentError() | orjson.JSONDecodeError():
            return failure(400, "BadDocument", str(error)[:300])
        case QuerySyntaxError() | UnknownFieldError():
            return failure(400, "BadQuery", str(error)[:300])
        case ValueError() if not isinstance(error, UnicodeDecodeError):
            return failure(400, "BadRequest", "The request is not understood.")
    return None


def failure(status: int, code: str, message: str) -> Response:
    """An OData error body."""
    return _json({"error": {"code": code, "message": message}}, status)


def _throttled(retry_after: float | None) -> Response:
    response = failure(429, "TooManyRequests", "The request limit is exceeded.")
    response.headers["retry-after"] = f"{retry_after if retry_after is not None else 1:g}"
    return response


def _json(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, "application/json")
