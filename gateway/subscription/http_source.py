"""Subscriptions at subgraphs over one HTTP answer each.

The subgraph chooses between server-sent events (GraphQL over SSE, distinct connections mode) and
multipart/mixed (`subscriptionSpec=1.0`); one plain JSON answer stands for a refusal.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from gateway.errors import Code
from gateway.execute import wire_json
from gateway.subscription.event_stream import EventTooLargeError, read_events
from gateway.subscription.multipart import PartTooLargeError, read_parts
from gateway.transport.port import (
    StreamingTransport,
    SubgraphRequest,
    SubgraphStream,
    TransportError,
)

_ACCEPT = (
    "text/event-stream, multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, "
    "application/json"
)


class HttpEventSource:
    """Opens subscriptions through the transport (the executor's `EventSource`)."""

    def __init__(self, transport: StreamingTransport, max_event_bytes: int) -> None:
        self._transport = transport
        self._max = max_event_bytes

    async def subscribe(self, request: SubgraphRequest) -> AsyncGenerator[bytes, None]:
        """Yield each event's response body until the subgraph completes.

        Raises `TransportError` for a subgraph that cannot be reached, breaks off, or answers with
        what is none of the formats.
        """
        headers = tuple(pair for pair in request.headers if pair[0] != "accept")
        opening = replace(request, headers=(*headers, ("accept", _ACCEPT)))
        async with self._transport.stream(opening) as stream:
            bodies = self._bodies(stream)
            async with aclosing(bodies):
                try:
                    async for body in bodies:
                        yield body
                except (EventTooLargeError, PartTooLargeError) as error:
                    raise TransportError(Code.SUBREQUEST_TOO_LARGE, str(error)) from None
                except wire_json.MalformedJSONError as error:
                    raise TransportError(Code.SUBREQUEST_MALFORMED_RESPONSE, str(error)) from None
                except EOFError as error:
                    raise TransportError(Code.SUBREQUEST_HTTP_ERROR, str(error)) from None

    async def _bodies(self, stream: SubgraphStream) -> AsyncGenerator[bytes, None]:
        content_type = (stream.header("content-type") or "").lower()
        if stream.status == 200 and content_type.startswith("text/event-stream"):
            async for event in read_events(aiter(stream), self._max):
                if event.type == "complete":
                    return
                if event.type in ("next", "message") and event.data:
                    yield event.data
            raise EOFError("the event stream ended without `complete`")
        if stream.status == 200 and content_type.startswith("multipart/mixed"):
            boundary = _boundary(stream.header("content-type") or "")
            async for part in read_parts(aiter(stream), boundary, self._max):
                body = _payload(part)
                if body is not None:
                    yield body
            return
        yield await self._single(stream)

    async def _single(self, stream: SubgraphStream) -> bytes:
        body = b""
        async for piece in stream:
            body += piece
            if len(body) > self._max:
                raise EventTooLargeError(f"the answer has more than {self._max} bytes")
        try:
            if isinstance(wire_json.decode(body), dict):
                return body
        except wire_json.MalformedJSONError:
            pass
        raise TransportError(
            Code.SUBREQUEST_HTTP_ERROR, f"a subscription was answered with {stream.status}"
        )


def _boundary(content_type: str) -> str:
    for part in content_type.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "boundary":
            return value.strip('"')
    return "-"


def _payload(part: bytes) -> bytes | None:
    """The GraphQL response in a part; None for a heartbeat."""
    value = wire_json.decode_exact(part)
    if not isinstance(value, dict) or not value:
        return None
    if "payload" not in value:
        return part
    payload = value["payload"]
    if payload is None:  # the transport's own errors
        return wire_json.encode({"errors": value.get("errors", [])})
    return wire_json.encode(payload)
