"""GraphQL over WebSocket, the protocol `graphql-transport-ws`.

One connection carries many operations; each runs on the deployment that is current when it starts,
so that a connection outlives reloads. The caller is identified when the connection is made and
again for every operation, so that an expired token starts nothing new.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from gateway.errors import ClientError, Code
from gateway.execute import wire_json
from gateway.server.cors import CorsRules
from gateway.server.deployment import Gateway
from gateway.server.http import Receive, Scope, Send, header_mapping
from gateway.server.time_limit import TimeLimits
from gateway.server.websocket_operation import Carrier, Operation
from gateway.telemetry.request import Telemetry

SUBPROTOCOL = "graphql-transport-ws"
_SHUTTING_DOWN = "The gateway is shutting down"
_FROM_HANDSHAKE_ONLY = frozenset({"origin", "host", "cookie"})


class _CloseError(Exception):
    """The connection is to be closed with a code of the protocol."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class WebSocketEndpoint:
    """Serves connections (ASGI) of the loop that it is made on."""

    def __init__(self, gateway: Gateway, telemetry: Telemetry) -> None:
        self._gateway = gateway
        self._telemetry = telemetry
        self._limits = TimeLimits(asyncio.get_running_loop())
        self._open = 0
        self._all_closed = asyncio.Event()

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
        connection = _Connection(
            self._gateway,
            headers,
            client[0] if client else "",
            send,
            self._telemetry,
            self._limits,
        )
        self._open += 1
        try:
            await connection.serve(receive)
        finally:
            self._open -= 1
            if not self._open:
                self._all_closed.set()

    async def closed(self) -> None:
        """Wait until no connection is open."""
        while self._open:
            self._all_closed.clear()
            await self._all_closed.wait()


def _origin_allowed(headers: Mapping[str, str], cors: CorsRules) -> bool:
    """Browsers ask nobody before they open a WebSocket, so foreign pages are refused here."""
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin.partition("://")[2] == headers.get("host") or cors.allows(origin)


class _Connection:
    def __init__(
        self,
        gateway: Gateway,
        headers: dict[str, str],
        address: str,
        send: Send,
        telemetry: Telemetry,
        limits: TimeLimits,
    ) -> None:
        self._gateway = gateway
        self._headers = headers
        self._send_message = send
        self._greeted = False
        self._acknowledged = False
        self._open = True
        self._carrier = Carrier(self._headers, address, telemetry, limits, self._send_text)
        self._operations: dict[str, Operation] = {}
        self._tasks: set[asyncio.Task[None]] = set()

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
                await self._close(1001, _SHUTTING_DOWN)
        finally:
            for task in (reading, ending):
                task.cancel()
            for operation in list(self._operations.values()):
                operation.end()
            await asyncio.gather(reading, ending, *self._tasks, return_exceptions=True)

    async def _finish_operations(self) -> None:
        """Streams end by themselves when the gateway drains, and everything else in its time."""
        if self._tasks:
            await asyncio.wait(list(self._tasks))

    async def _read(self, receive: Receive) -> None:
        timeout = self._gateway.current.settings.subscription.connection_init_timeout
        late = asyncio.create_task(self._close_unless_greeted(timeout))
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    self._open = False
                    return
                await self._message(_decode(message.get("text")))
        except _CloseError as error:
            await self._close(error.code, error.reason)
        finally:
            late.cancel()

    async def _close_unless_greeted(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if not self._greeted:
            await self._close(4408, "Connection initialisation timeout")

    async def _message(self, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                await self._greet(message.get("payload"))
            case "ping":
                await self._send({"type": "pong"})
            case "pong":
                pass
            case "subscribe":
                await self._subscribe(message)
            case "complete":
                operation = self._operations.pop(str(message.get("id")), None)
                if operation is not None:
                    operation.end()
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

    async def _subscribe(self, message: dict[str, Any]) -> None:
        if not self._acknowledged:
            raise _CloseError(4401, "Unauthorized")
        identifier, payload = message.get("id"), message.get("payload")
        if not isinstance(identifier, str) or not identifier or not isinstance(payload, dict):
            raise _CloseError(4400, "A subscribe message needs an id and a payload")
        if identifier in self._operations:
            raise _CloseError(4409, f"Subscriber for {identifier[:60]} already exists")
        if self._gateway.draining:
            refusal = ClientError(_SHUTTING_DOWN, Code.SERVICE_UNAVAILABLE, status=503)
            await self._send({"id": identifier, "type": "error", "payload": refusal.entries()})
            return
        deployment = self._gateway.current
        if len(self._tasks) >= deployment.settings.subscription.max_opened_by_client:
            raise _CloseError(4429, "Too many operations")
        operation = Operation(identifier, payload, self._carrier, deployment)
        self._operations[identifier] = operation
        task = operation.start()
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, operation))

    def _ended(self, operation: Operation, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._operations.get(operation.identifier) is operation:
            del self._operations[operation.identifier]

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
