"""Subscriptions to clients, whatever carries them: how many, for how long, and with which end."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from gateway.errors import Code, GatewayError, InternalError
from gateway.exchange import EventAnswer, RequestContext
from gateway.execute.port import ExecutionResult
from gateway.server.admission import OverloadError
from gateway.server.error_responses import error_body
from gateway.settings.serving import Subscription
from gateway.subscription.stream_end import StreamEnd, until_end
from gateway.telemetry.metrics import Metrics
from gateway.transport.port import TransportError

LOGGER = logging.getLogger("gateway.server")


class Subscriptions:
    """The open subscriptions of one deployment. `end` ends them all."""

    def __init__(self, settings: Subscription, metrics: Metrics | None = None) -> None:
        self.settings = settings
        self._metrics = metrics
        self.end = StreamEnd()
        self._opened = 0
        self._by_client: Counter[str] = Counter()

    def check(self, context: RequestContext) -> None:
        """Raise `OverloadError` (503) where one more would be too many."""
        client = _client(context)
        if (
            self._opened >= self.settings.max_opened
            or self._by_client[client] >= self.settings.max_opened_by_client
        ):
            raise OverloadError(
                "Too many subscriptions are open.", Code.SUBSCRIPTION_LIMIT_EXCEEDED, 503, 10
            )

    @contextmanager
    def _counted(self, client: str) -> Iterator[None]:
        self._opened += 1
        self._by_client[client] += 1
        if self._metrics is not None:
            self._metrics.subscriptions_open.inc()
        try:
            yield
        finally:
            if self._metrics is not None:
                self._metrics.subscriptions_open.dec()
            self._opened -= 1
            self._by_client[client] -= 1
            if not self._by_client[client]:
                del self._by_client[client]

    async def bodies(
        self, answer: EventAnswer, context: RequestContext
    ) -> AsyncGenerator[bytes, None]:
        """The response body of each event. What ends the stream early is its last body."""
        with self._counted(_client(context)):
            events = until_end(answer.events, self.end, context.expires_at)
            try:
                async for result in events:
                    self._note(result, context)
                    yield result.body(answer.errors, answer.extensions(result))
            except GatewayError as error:
                yield _last(error, context)
            except TransportError as error:
                yield _last(InternalError(error.detail, error.code), context)
            except Exception:
                # The outermost border of a stream, as the endpoint is of a request.
                LOGGER.exception("subscription %s failed", context.correlation_id)
                yield _last(InternalError("unexpected", Code.INTERNAL_SERVER_ERROR), context)
            finally:
                await events.aclose()

    def _note(self, result: ExecutionResult, context: RequestContext) -> None:
        if self._metrics is not None:
            self._metrics.subscription_events.inc()
        if context.record is not None:
            context.record.event(result.errors)


def _last(error: GatewayError, context: RequestContext) -> bytes:
    """The body that tells why a stream ends."""
    if context.record is not None:
        context.record.refused(str(error.code))
    return error_body(error, context.correlation_id)


def _client(context: RequestContext) -> str:
    return context.caller.subject if context.caller.authenticated else context.client_address
