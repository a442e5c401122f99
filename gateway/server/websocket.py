"""GraphQL over WebSocket, the protocol `graphql-transport-ws`.

One connection carries many operations; each runs on the deployment that is current when it starts,
so that a connection outlives reloads. The caller is identified when the connection is made and
again for every operation, so that an expired token starts nothing new.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from gateway.correlation import correlation_of
from gateway.errors import ClientError, Code, GatewayError
from gateway.exchange import Answer, EventAnswer, RequestContext
from gateway.execute import wire_json
from gateway.server.cors import CorsRules
from gateway.server.deployment import Deployment, Gateway
from gateway.server.error_responses import error_entries
from gateway.server.http import Receive, Scope, Send, header_mapping
from gateway.server.reading import read_request

LOGGER = logging.getLogger("gateway.server")
SUBPROTOCOL = "graphql-transport-ws"
_FROM_HANDSHAKE_ONLY = frozenset({"origin", "host", "cookie"})


class _CloseError(Exception):
    """The connection is to be closed with a code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class WebSocketEndpoint:
    """Serves connections (ASGI)."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until either side ends it."""
        await receive()  # websocket.connect
        headers = header_mapping(scope["headers"])
        settings = self._gateway.current.settings
        if not settings.subscription.enabled or not _origin_allowed(
            headers, CorsRules(settings.cors)
        ):
            await send({"type": "websocket.close", "code": 4403})  # the handshake is refused
            return
        known = SUBPROTOCOL in scope.get("subprotocols", ())
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if known else None})
        if not known:
            reason = "Subprotocol not acceptable"
            await send({"type": "websocket.close", "code": 4406, "reason": reason})
            return
        client = scope.get("client")
        connection = _Connection(self._gateway, headers, client[0] if client else "", send)
        await connection.serve(receive)


def _origin_allowed(headers: Mapping[str, str], cors: CorsRules) -> bool:
    """Browsers ask nobody before they open a WebSocket, so foreign pages are refused here."""
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin.partition("://")[2] == headers.get("host") or cors.allows(origin)


class _Connection:
    def __init__(self, gateway: Gateway, headers: dict[str, str], address: str, send: Send) -> None:
        self._gateway = gateway
        self._headers = headers
        self._address = address
        self._send_message = send
        self._greeted = False
        self._acknowledged = False
        self._open = True
        self._operations: dict[str, asyncio.Task[None]] = {}

    async def serve(self, receive: Receive) -> None:
        """Read messages until the connection ends, then end its operations."""
        reading = asyncio.create_task(self._read(receive))
        ending = asyncio.create_task(self._gateway.ending.wait())
        try:
            await asyncio.wait((reading, ending), return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
            else:
                await self._finish_operations()
                await self._close(1001, "The gateway is shutting down")
        finally:
            for task in (reading, ending, *self._operations.values()):
                task.cancel()
            await asyncio.gather(
                reading, ending, *self._operations.values(), return_exceptions=True
            )

    async def _finish_operations(self) -> None:
        """Streams end by themselves when the gateway drains; give them the time to say so."""
        if self._operations:
            await asyncio.wait(list(self._operations.values()), timeout=2)

    async def _read(self, receive: Receive) -> None:
        timeout = self._gateway.current.settings.subscription.connection_init_timeout
        loop = asyncio.get_running_loop()
        late = asyncio.create_task(self._close_unless_greeted(timeout))
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    self._open = False
                    return
                await self._message(_decode(message.get("text")), loop)
        except _CloseError as error:
            await self._close(error.code, error.reason)
        finally:
            late.cancel()

    async def _close_unless_greeted(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if not self._greeted:
            await self._close(4408, "Connection initialisation timeout")

    async def _message(self, message: dict[str, Any], loop: asyncio.AbstractEventLoop) -> None:
        match message.get("type"):
            case "connection_init":
                await self._greet(message.get("payload"))
            case "ping":
                await self._send({"type": "pong"})
            case "pong":
                pass
            case "subscribe":
                self._subscribe(message, loop)
            case "complete":
                task = self._operations.pop(str(message.get("id")), None)
                if task is not None:
                    task.cancel()
            case _:
                raise _CloseError(4400, "Unknown message type")

    async def _greet(self, payload: Any) -> None:
        if self._greeted:
            raise _CloseError(4429, "Too many initialisation requests")
        self._greeted = True
        if isinstance(payload, dict):
            given = payload["headers"] if isinstance(payload.get("headers"), dict) else payload
            for name, value in given.items():
                if isinstance(value, str) and name.lower() not in _FROM_HANDSHAKE_ONLY:
                    self._headers[name.lower()] = value
        try:
            await self._gateway.current.identifier.identify(self._headers)
        except ClientError as error:
            raise _CloseError(4403, error.message[:100]) from None
        self._acknowledged = True
        await self._send({"type": "connection_ack"})

    def _subscribe(self, message: dict[str, Any], loop: asyncio.AbstractEventLoop) -> None:
        if not self._acknowledged:
            raise _CloseError(4401, "Unauthorized")
        identifier, payload = message.get("id"), message.get("payload")
        if not isinstance(identifier, str) or not identifier or not isinstance(payload, dict):
            raise _CloseError(4400, "A subscribe message needs an id and a payload")
        if identifier in self._operations:
            raise _CloseError(4409, f"Subscriber for {identifier[:60]} already exists")
        limit = self._gateway.current.settings.subscription.max_opened_by_client
        if len(self._operations) >= limit:
            raise _CloseError(4429, "Too many operations")
        self._operations[identifier] = loop.create_task(self._operation(identifier, payload))

    async def _operation(self, identifier: str, payload: dict[str, Any]) -> None:
        deployment = self._gateway.current
        correlation = correlation_of({})
        deployment.enter()
        try:
            await self._run(identifier, payload, deployment, correlation)
        except GatewayError as error:
            await self._error(identifier, error, correlation)
        except TimeoutError:
            late = ClientError("The operation took too long.", Code.GATEWAY_TIMEOUT)
            await self._error(identifier, late, correlation)
        except Exception:
            # The outermost border of an operation, as the endpoint is of a request.
            LOGGER.exception("operation %s failed", correlation)
            unexpected = GatewayError("unexpected", Code.INTERNAL_SERVER_ERROR)
            await self._error(identifier, unexpected, correlation)
        finally:
            deployment.leave()
            if self._operations.get(identifier) is asyncio.current_task():
                del self._operations[identifier]

    async def _run(
        self, identifier: str, payload: dict[str, Any], deployment: Deployment, correlation: str
    ) -> None:
        request = read_request(payload, deployment.settings.limits)
        context = await self._context(deployment, correlation)
        if not deployment.concurrency.try_enter():
            await deployment.concurrency.enter()
        try:
            async with asyncio.timeout_at(context.deadline):
                answer = await deployment.pipeline.handle(request, context)
        finally:
            deployment.concurrency.leave()
        if isinstance(answer, Answer):
            await self._next(identifier, answer.body)
        elif isinstance(answer, EventAnswer):
            deployment.subscriptions.check(context)
            bodies = deployment.subscriptions.bodies(answer, context)
            try:
                async for body in bodies:
                    await self._next(identifier, body)
            finally:
                await bodies.aclose()
        await self._send({"id": identifier, "type": "complete"})

    async def _context(self, deployment: Deployment, correlation: str) -> RequestContext:
        loop = asyncio.get_running_loop()
        identity = await deployment.identifier.identify(self._headers)
        caller = identity.caller
        deployment.rates.admit(caller.subject if caller.authenticated else self._address)
        return RequestContext(
            headers=self._headers,
            caller=caller,
            correlation_id=correlation,
            deadline=loop.time() + deployment.settings.traffic_shaping.router.timeout,
            client_address=self._address,
            events=True,
            expires_at=identity.ends_at(loop),
        )

    async def _next(self, identifier: str, body: bytes) -> None:
        head = b'{"id":' + wire_json.encode(identifier) + b',"type":"next","payload":'
        await self._send_text(head + body + b"}")

    async def _error(self, identifier: str, error: GatewayError, correlation: str) -> None:
        entries = error_entries(error, correlation)
        await self._send({"id": identifier, "type": "error", "payload": entries})

    async def _send(self, message: Mapping[str, Any]) -> None:
        await self._send_text(wire_json.encode(message))

    async def _send_text(self, text: bytes) -> None:
        if self._open:
            await self._send_message({"type": "websocket.send", "text": text.decode()})

    async def _close(self, code: int, reason: str) -> None:
        if self._open:
            self._open = False
            await self._send_message({"type": "websocket.close", "code": code, "reason": reason})


def _decode(text: str | None) -> dict[str, Any]:
    try:
        message = wire_json.decode_exact(text.encode()) if text is not None else None
    except (wire_json.MalformedJSONError, UnicodeEncodeError):
        message = None
    if not isinstance(message, dict):
        raise _CloseError(4400, "Messages are JSON objects")
    return message
