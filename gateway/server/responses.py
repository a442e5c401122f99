"""The HTTP responses that carry GraphQL: a document, its parts, a stream of events, a refusal."""

from __future__ import annotations

from collections.abc import AsyncIterator

from gateway.errors import Code, GatewayError
from gateway.exchange import IncrementalAnswer
from gateway.server import streaming
from gateway.server.admission import OverloadError
from gateway.server.error_responses import error_body
from gateway.server.http import HttpResponse
from gateway.server.negotiation import GRAPHQL_RESPONSE, JSON, Accepted

_CONTENT_TYPES = {
    JSON: b"application/json; charset=utf-8",
    GRAPHQL_RESPONSE: b"application/graphql-response+json; charset=utf-8",
}
_UNREADABLE = frozenset(
    {Code.BAD_REQUEST, Code.CSRF_PREVENTION, Code.BATCHING_NOT_SUPPORTED, Code.BATCH_LIMIT_EXCEEDED}
)


def whole(body: bytes, accepted: Accepted, status: int = 200) -> HttpResponse:
    """A whole GraphQL response, of the media type that the client knows."""
    content_type = _CONTENT_TYPES[accepted.response or JSON]
    return HttpResponse(status, body, [(b"content-type", content_type)])


def refusal(error: GatewayError, accepted: Accepted, correlation_id: str) -> HttpResponse:
    """The response to a request that was not executed."""
    # Clients that know only application/json expect 200 for whatever could be read as a request.
    status = error.status
    plain = accepted.response != GRAPHQL_RESPONSE
    if plain and status == 400 and error.code not in _UNREADABLE:
        status = 200
    response = whole(error_body(error, correlation_id), accepted, status)
    if status == 405:
        response.headers.append((b"allow", b"GET, POST, OPTIONS"))
    if status == 401:
        response.headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
    if isinstance(error, OverloadError):
        response.headers.append((b"retry-after", b"%d" % error.retry_after))
    return response


def incremental(answer: IncrementalAnswer, accepted: Accepted) -> HttpResponse:
    """An answer in parts (`@defer`), in the version of the format that the client asked for."""
    if accepted.incremental_version == streaming.DEFER_SPEC:
        return HttpResponse(
            200,
            headers=[(b"content-type", streaming.DEFER_CONTENT_TYPE)],
            parts=streaming.incremental_20220824(answer),
        )
    return HttpResponse(
        200,
        headers=[(b"content-type", streaming.DRAFT_CONTENT_TYPE)],
        parts=streaming.incremental_draft(answer),
    )


def event_stream(bodies: AsyncIterator[bytes], heartbeat: float) -> HttpResponse:
    """Events as server-sent events; `heartbeat` is in seconds."""
    return HttpResponse(
        200,
        headers=[
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"x-accel-buffering", b"no"),
        ],
        parts=streaming.server_sent_events(bodies, heartbeat),
    )


def multipart_events(bodies: AsyncIterator[bytes], heartbeat: float) -> HttpResponse:
    """Events as the parts of a multipart body; `heartbeat` is in seconds."""
    return HttpResponse(
        200,
        headers=[(b"content-type", streaming.SUBSCRIPTION_CONTENT_TYPE)],
        parts=streaming.multipart_events(bodies, heartbeat),
    )
