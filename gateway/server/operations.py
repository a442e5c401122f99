"""The operator's endpoints: metrics to scrape, and dropping what the response cache keeps."""

from __future__ import annotations

import hmac

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from gateway.errors import ClientError, Code
from gateway.execute import wire_json
from gateway.response_cache.invalidation import tags_of_event, tags_of_requests
from gateway.response_cache.store import CacheStoreError
from gateway.server.deployment import Gateway
from gateway.settings.telemetry import Invalidation
from gateway.telemetry.metrics import CONTENT_TYPE, Metrics

MAX_BODY_BYTES = 1_000_000


def mount_metrics(app: FastAPI, path: str, metrics: Metrics) -> None:
    """Serve the metrics of all workers."""

    @app.get(path)
    def exposition() -> Response:
        return Response(metrics.render(), media_type=CONTENT_TYPE)


def mount_invalidation(app: FastAPI, gateway: Gateway, settings: Invalidation) -> None:
    """Serve invalidation, for whoever has the shared key.

    A JSON list names what to drop (see `gateway/response_cache/invalidation.py`); a CloudEvent
    drops what the settings say of its type. Several deliveries of one event do no harm.
    """
    key = (settings.shared_key or "").encode()

    @app.post(settings.path)
    async def invalidate(request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        if not hmac.compare_digest(given, key):
            return _error(401, Code.UNAUTHENTICATED, "The shared key is missing or wrong.")
        try:
            tags = _tags(await _body(request), settings)
        except ClientError as error:
            return _error(error.status, error.code, error.message)
        store = gateway.current.store
        if store is None:
            return JSONResponse({"count": 0})
        try:
            return JSONResponse({"count": await store.invalidate(tags) if tags else 0})
        except CacheStoreError as error:
            return _error(503, Code.SERVICE_UNAVAILABLE, str(error))


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise ClientError(
                f"The body is larger than {MAX_BODY_BYTES} bytes.",
                Code.REQUEST_TOO_LARGE,
                status=413,
            )
    return body


def _tags(body: bytes, settings: Invalidation) -> list[str]:
    try:
        content = wire_json.decode(body)
    except wire_json.MalformedJSONError:
        raise ClientError("The body is not JSON.", Code.BAD_REQUEST) from None
    if isinstance(content, dict) and "specversion" in content:
        return tags_of_event(content, settings.events)
    return tags_of_requests(content)


def _error(status: int, code: Code, message: str) -> Response:
    body = {"errors": [{"message": message, "extensions": {"code": str(code)}}]}
    return JSONResponse(body, status_code=status)
