"""The GraphQL endpoint: an ASGI callable without a framework, because every request comes here."""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import dataclass
from typing import Any

from auth.signed_caller import CORRELATION_HEADER
from gateway.correlation import correlation_of
from gateway.errors import ClientError, Code, GatewayError
from gateway.exchange import (
    Answer,
    AnyAnswer,
    EventAnswer,
    GraphQLRequest,
    IncrementalAnswer,
    RequestContext,
)
from gateway.pipeline import Pipeline
from gateway.server import responses, streaming
from gateway.server.admission import ConcurrencyLimiter, RateLimiter
from gateway.server.compression import compress
from gateway.server.cors import CorsRules
from gateway.server.csrf import refuse_forgery
from gateway.server.error_responses import error_body
from gateway.server.http import (
    CLIENT_GONE,
    SERVED_CONNECTION,
    ArrivedRequest,
    ClientGoneError,
    HttpResponse,
    Message,
    Receive,
    Scope,
    Send,
    ServedConnection,
    body_too_large,
    header_mapping,
    read_body,
)
from gateway.server.identity import Identifier, Identity
from gateway.server.negotiation import (
    Accepted,
    ContentType,
    negotiate,
    read_content_type,
)
from gateway.server.reading import read_get, read_post, read_request
from gateway.server.sending import reply, send
from gateway.server.subscriptions import Subscriptions
from gateway.server.time_limit import TimeLimit, TimeLimits
from gateway.settings import Settings
from gateway.telemetry.request import RequestTelemetry, Telemetry
from gateway.uploads.files import CURRENT_UPLOADS
from gateway.uploads.reading import read_uploads

LOGGER = logging.getLogger("gateway.server")
_CORRELATION = CORRELATION_HEADER.encode()
_BATCH_MARGIN = 0.005


@dataclass(slots=True)
class _Exchange:
    """A request, what is known of it before it is read, and where to read it.

    `body` is None where it has still to be received.
    """

    method: str
    headers: dict[str, str]
    query_string: bytes
    client_address: str
    accepted: Accepted
    correlation_id: str
    record: RequestTelemetry | None
    connection: ServedConnection | None
    task: asyncio.Task[Any]
    body: bytes | None
    receive: Receive


class GraphQLEndpoint:
    """Reads requests, has the pipeline answer them, and writes the answers."""

    def __init__(
        self,
        settings: Settings,
        pipeline: Pipeline,
        identifier: Identifier,
        rates: RateLimiter,
        concurrency: ConcurrencyLimiter,
        subscriptions: Subscriptions,
        telemetry: Telemetry,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._settings = settings
        self._pipeline = pipeline
        self._identifier = identifier
        self._rates = rates
        self._concurrency = concurrency
        self._subscriptions = subscriptions
        self._telemetry = telemetry
        self._cors = CorsRules(settings.cors)
        self._heartbeat = settings.subscription.heartbeat_interval
        self._timeout = settings.traffic_shaping.router.timeout
        self._body_timeout = settings.limits.http_body_timeout
        # Kept because asking for the running loop costs a system call on some versions of Python.
        self._loop = loop
        self._limits = TimeLimits(loop)
        compression = settings.compression
        self._compressed_from = compression.minimum_bytes if compression.enabled else sys.maxsize

    async def __call__(self, scope: Scope, receive: Receive, send_message: Send) -> None:
        """Answer one request (ASGI)."""
        headers = header_mapping(scope["headers"])
        client, extensions = scope.get("client"), scope.get("extensions")
        record = self._telemetry.begin(headers) if self._telemetry.active else None
        exchange = _Exchange(
            scope["method"],
            headers,
            scope["query_string"],
            client[0] if client else "",
            negotiate(headers.get("accept", "")),
            correlation_of(headers) if record is None else record.correlation_id,
            record,
            extensions.get(SERVED_CONNECTION) if extensions else None,
            _current_task(),
            None,
            receive,
        )
        response = await self._answer(exchange)
        if response is not None:
            try:
                await send(response, scope, receive, send_message)
            finally:
                if record is not None:
                    record.finish(response.status, len(response.body) + response.streamed)

    async def direct(self, request: ArrivedRequest) -> None:
        """Answer a POST that has arrived whole."""
        headers = header_mapping(request.header_list)
        record = self._telemetry.begin(headers) if self._telemetry.active else None
        exchange = _Exchange(
            request.method,
            headers,
            request.query_string,
            request.client_address,
            negotiate(headers.get("accept", "")),
            correlation_of(headers) if record is None else record.correlation_id,
            record,
            request.connection,
            request.task,
            request.body,
            _nothing_more,
        )
        response = await self._answer(exchange)
        if response is not None:
            try:
                if response.parts is None:
                    await reply(response, request)
                else:
                    exchange.body = None  # streams live long
                    await send(response, *request.as_asgi())
            finally:
                if record is not None:
                    record.finish(response.status, len(response.body) + response.streamed)

    async def _answer(self, exchange: _Exchange) -> HttpResponse | None:
        """The response with all its headers; None when nobody is there to have it."""
        try:
            response = await self._respond(exchange)
        except ClientGoneError:
            if exchange.record is not None:
                exchange.record.finish(CLIENT_GONE, 0)
            return None
        except GatewayError as error:
            response = _refusal(error, exchange)
        except Exception:
            # The outermost border: whatever went wrong is logged, and none of it goes out.
            LOGGER.exception("request %s failed", exchange.correlation_id)
            response = _refusal(GatewayError("unexpected", Code.INTERNAL_SERVER_ERROR), exchange)
        if self._cors.enabled and exchange.method != "OPTIONS":
            response.headers += self._cors.response_headers(exchange.headers)
        response.headers.append((_CORRELATION, exchange.correlation_id.encode("latin-1")))
        if len(response.body) >= self._compressed_from:
            compress(response, exchange.headers.get("accept-encoding"), self._settings.compression)
        return response

    async def _respond(self, exchange: _Exchange) -> HttpResponse:
        if exchange.method == "OPTIONS":
            return self._cors.preflight(exchange.headers)
        if exchange.method not in ("POST", "GET"):
            raise ClientError(
                f"The method {exchange.method} is not supported.",
                Code.METHOD_NOT_ALLOWED,
                status=405,
            )
        accepted = exchange.accepted
        if accepted.response is None and not (
            accepted.event_stream or accepted.multipart_events or accepted.incremental
        ):
            raise ClientError(
                "The gateway answers with application/graphql-response+json, application/json, "
                "text/event-stream or multipart/mixed.",
                Code.NOT_ACCEPTABLE,
                status=406,
            )
        started = self._loop.time()
        reading = exchange.body is None
        first = started + (self._body_timeout if reading else self._timeout)
        limit = self._limits.start(exchange.task, first)
        connection = exchange.connection
        if connection is not None:
            connection.serving = limit
        try:
            requests = await self._read(exchange)
            if reading:
                reading = False
                self._limits.move(limit, started + self._timeout)
            identity = self._identifier.at_once(exchange.headers)
            if identity is None:
                identity = await self._identify(exchange)
            context = self._context(exchange, identity, limit)
            # Every request has its turn.
            if not self._concurrency.try_enter():
                await self._concurrency.enter()
            try:
                if isinstance(requests, list):
                    answer: AnyAnswer = await self._answer_batch(requests, context)
                else:
                    answer = await self._pipeline.handle(requests, context)
            finally:
                self._concurrency.leave()
            return self._write(answer, exchange, context)
        except asyncio.CancelledError:
            if not limit.caused_cancellation():
                raise
            if limit.abandoned:
                raise ClientGoneError from None
            raise _body_too_slow() if reading else _too_slow() from None
        finally:
            if connection is not None:
                connection.serving = None
            self._limits.end(limit)

    async def _read(self, exchange: _Exchange) -> GraphQLRequest | list[GraphQLRequest]:
        limits = self._settings.limits
        content_type = read_content_type(exchange.headers.get("content-type", ""))
        if exchange.method == "GET":
            refuse_forgery(exchange.headers, content_type, self._settings.csrf)
            return read_get(exchange.query_string, limits)
        if content_type.type == "multipart/form-data" and self._settings.file_uploads.enabled:
            return await self._read_uploads(exchange, content_type)
        body = exchange.body
        if body is None or len(body) > limits.http_max_request_bytes:
            body = await self._body(exchange, limits.http_max_request_bytes)
        return read_post(body, content_type, limits, self._settings.batching)

    async def _body(self, exchange: _Exchange, max_bytes: int) -> bytes:
        if exchange.body is None:
            return await read_body(exchange.receive, exchange.headers, max_bytes)
        if len(exchange.body) > max_bytes:
            raise body_too_large(max_bytes)
        return exchange.body

    async def _read_uploads(self, exchange: _Exchange, content_type: ContentType) -> GraphQLRequest:
        # Forms are sent by foreign pages without a preflight.
        refuse_forgery(exchange.headers, content_type, self._settings.csrf)
        uploads, limits = self._settings.file_uploads, self._settings.limits
        most = limits.http_max_request_bytes + uploads.max_files * uploads.max_file_bytes
        body = await self._body(exchange, most)
        read = read_uploads(body, content_type.boundary or "", uploads)
        CURRENT_UPLOADS.set(read.files)  # for this request's task and those it starts
        return read_request(read.operations, limits)

    async def _identify(self, exchange: _Exchange) -> Identity:
        try:
            return await self._identifier.identify(exchange.headers)
        except ClientError:
            # Tokens cannot be tried out faster than requests.
            self._rates.admit(exchange.client_address)
            raise

    def _context(self, exchange: _Exchange, identity: Identity, limit: TimeLimit) -> RequestContext:
        caller, address = identity.caller, exchange.client_address
        if self._rates.active:
            self._rates.admit(caller.subject if caller.authenticated else address)
        if exchange.record is not None:
            exchange.record.caller = caller.subject
            exchange.record.stage("identify")
        accepted = exchange.accepted
        return RequestContext(
            headers=exchange.headers,
            caller=caller,
            correlation_id=exchange.correlation_id,
            deadline=limit.deadline,
            client_address=address,
            read_only=exchange.method == "GET",
            incremental=accepted.incremental and self._settings.supergraph.defer_support,
            events=accepted.event_stream or accepted.multipart_events,
            observers=[] if exchange.record is None else [exchange.record],
            record=exchange.record,
            expires_at=identity.ends_at(self._loop),
            origin=limit,
        )

    async def _answer_batch(
        self, requests: list[GraphQLRequest], context: RequestContext
    ) -> Answer:
        """Answers in the order of the requests; a failed one does not harm the others."""
        context.incremental = context.events = False
        bodies = await asyncio.gather(*(self._batched(request, context) for request in requests))
        return Answer(b"[" + b",".join(bodies) + b"]")

    async def _batched(self, request: GraphQLRequest, context: RequestContext) -> bytes:
        try:
            # A little before the whole batch's time is up, so that the others' answers go out.
            async with asyncio.timeout_at((context.deadline or 0.0) - _BATCH_MARGIN):
                answer = await self._pipeline.handle(request, context)
        except TimeoutError:
            return error_body(_too_slow(), context.correlation_id)
        except GatewayError as error:
            return error_body(error, context.correlation_id)
        if not isinstance(answer, Answer):
            raise TypeError("a batched operation was answered by a stream")
        return answer.body

    def _write(
        self, answer: AnyAnswer, exchange: _Exchange, context: RequestContext
    ) -> HttpResponse:
        accepted = exchange.accepted
        if isinstance(answer, Answer):
            if accepted.response is None and accepted.event_stream:
                _carried_by("sse", exchange)
                return responses.event_stream(streaming.single(answer.body), self._heartbeat)
            response = responses.whole(answer.body, accepted)
        elif isinstance(answer, IncrementalAnswer):
            _carried_by("multipart", exchange)
            response = responses.incremental(answer, accepted)
        else:
            _carried_by("sse" if accepted.event_stream else "multipart", exchange)
            response = self._events(answer, accepted, context)
        if answer.headers:
            response.headers += [
                (name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers
            ]
        return response

    def _events(
        self, answer: EventAnswer, accepted: Accepted, context: RequestContext
    ) -> HttpResponse:
        self._subscriptions.check(context)
        bodies = self._subscriptions.bodies(answer, context)
        if accepted.event_stream:
            return responses.event_stream(bodies, self._heartbeat)
        return responses.multipart_events(bodies, self._heartbeat)


def _current_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("requests are answered by tasks")
    return task


async def _nothing_more() -> Message:
    """What there is to receive of a request that has arrived whole."""
    return {"type": "http.request", "body": b"", "more_body": False}


def _body_too_slow() -> ClientError:
    return ClientError(
        "The request's body took too long to arrive.", Code.REQUEST_TIMEOUT, status=408
    )


def _too_slow() -> ClientError:
    return ClientError("The request took too long.", Code.GATEWAY_TIMEOUT, status=504)


def _carried_by(protocol: str, exchange: _Exchange) -> None:
    if exchange.record is not None:
        exchange.record.protocol = protocol


def _refusal(error: GatewayError, exchange: _Exchange) -> HttpResponse:
    if exchange.record is not None:
        exchange.record.refused(str(error.code))
    return responses.refusal(error, exchange.accepted, exchange.correlation_id)
