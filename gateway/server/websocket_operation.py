"""One operation on a WebSocket: answered as a request over HTTP is, with the same records."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.correlation import correlation_of
from gateway.errors import ClientError, Code, GatewayError
from gateway.exchange import Answer, AnyAnswer, EventAnswer, RequestContext
from gateway.execute import wire_json
from gateway.server.deployment import Deployment
from gateway.server.error_responses import error_entries
from gateway.server.http import CLIENT_GONE, ClientGoneError
from gateway.server.reading import read_request
from gateway.server.time_limit import TimeLimit, TimeLimits
from gateway.telemetry.request import RequestTelemetry, Telemetry

LOGGER = logging.getLogger("gateway.server")
PROTOCOL = "websocket"


@dataclass(frozen=True, slots=True)
class Carrier:
    """What the operations of one connection have in common. `send` takes a message's text."""

    headers: Mapping[str, str]
    address: str
    telemetry: Telemetry
    limits: TimeLimits
    send: Callable[[bytes], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Operation:
    """An operation from the client's `subscribe` to the last message about it."""

    identifier: str
    payload: Mapping[str, Any]
    carrier: Carrier
    deployment: Deployment
    task: asyncio.Task[None] | None = None
    _limit: TimeLimit | None = None
    _record: RequestTelemetry | None = None
    _correlation: str = ""
    _bytes: int = field(default=0)

    def start(self) -> asyncio.Task[None]:
        """Begin, on the running loop."""
        self.deployment.enter()
        self.task = asyncio.create_task(self._run())
        return self.task

    def end(self) -> None:
        """The client wants no more of it. A mutation that was sent is seen to its end."""
        if self._limit is not None:
            self._limit.abandon()
        elif self.task is not None:
            self.task.cancel()

    async def _run(self) -> None:
        telemetry = self.carrier.telemetry
        self._record = telemetry.begin(self.carrier.headers) if telemetry.active else None
        if self._record is None:
            self._correlation = correlation_of(self.carrier.headers)
        else:
            self._correlation = self._record.correlation_id
            self._record.protocol = PROTOCOL
        status = 200
        try:
            await self._answer()
        except ClientGoneError:
            status = CLIENT_GONE
        except GatewayError as error:
            status = await self._refuse(error)
        except Exception:
            # The outermost border of an operation, as the endpoint is of a request.
            LOGGER.exception("operation %s failed", self._correlation)
            status = await self._refuse(GatewayError("unexpected", Code.INTERNAL_SERVER_ERROR))
        finally:
            self.deployment.leave()
            if self._record is not None:
                self._record.finish(status, self._bytes)

    async def _answer(self) -> None:
        context, answer = await self._within_time()
        if isinstance(answer, Answer):
            await self._next(answer.body)
        elif isinstance(answer, EventAnswer):
            self.deployment.subscriptions.check(context)
            bodies = self.deployment.subscriptions.bodies(answer, context)
            try:
                async for body in bodies:
                    await self._next(body)
            finally:
                await bodies.aclose()
        await self._say({"id": self.identifier, "type": "complete"})

    async def _within_time(self) -> tuple[RequestContext, AnyAnswer]:
        """The operation's answer, or its source of events.

        Raises `ClientGoneError` once nobody waits, `GatewayError` where there is no answer.
        """
        seconds = self.deployment.settings.traffic_shaping.router.timeout
        limits = self.carrier.limits
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - `start` made one
        limit = self._limit = limits.start(task, task.get_loop().time() + seconds)
        try:
            request = read_request(self.payload, self.deployment.settings.limits)
            context = await self._context(limit)
            concurrency = self.deployment.concurrency
            if not concurrency.try_enter():
                await concurrency.enter()
            try:
                return context, await self.deployment.pipeline.handle(request, context)
            finally:
                concurrency.leave()
        except asyncio.CancelledError:
            if not limit.caused_cancellation():
                raise
            if limit.abandoned:
                raise ClientGoneError from None
            late = ClientError("The operation took too long.", Code.GATEWAY_TIMEOUT, status=504)
            raise late from None
        finally:
            self._limit = None
            limits.end(limit)

    async def _context(self, limit: TimeLimit) -> RequestContext:
        identity = await self.deployment.identifier.identify(self.carrier.headers)
        caller, address = identity.caller, self.carrier.address
        self.deployment.rates.admit(caller.subject if caller.authenticated else address)
        record = self._record
        if record is not None:
            record.caller = caller.subject
            record.stage("identify")
        return RequestContext(
            headers=self.carrier.headers,
            caller=caller,
            correlation_id=self._correlation,
            deadline=limit.deadline,
            client_address=address,
            events=True,
            observers=[] if record is None else [record],
            record=record,
            expires_at=identity.ends_at(asyncio.get_running_loop()),
            origin=limit,
        )

    # --- messages -------------------------------------------------------------------------------

    async def _next(self, body: bytes) -> None:
        self._bytes += len(body)
        head = b'{"id":' + wire_json.encode(self.identifier) + b',"type":"next","payload":'
        await self.carrier.send(head + body + b"}")

    async def _refuse(self, error: GatewayError) -> int:
        """Tell the client; returns the status that HTTP has for it."""
        if self._record is not None:
            self._record.refused(str(error.code))
        entries = error_entries(error, self._correlation)
        await self._say({"id": self.identifier, "type": "error", "payload": entries})
        return error.status

    async def _say(self, message: Mapping[str, Any]) -> None:
        await self.carrier.send(wire_json.encode(message))
