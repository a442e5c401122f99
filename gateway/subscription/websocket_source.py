"""Subscriptions at subgraphs over `graphql-transport-ws`, many of them on one connection.

Subscriptions share a connection when they go to the same subgraph with the same headers, and so for
the same caller: a subgraph judges a connection once, by its handshake and its introduction.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from auth.signed_caller import CORRELATION_HEADER
from gateway.errors import Code
from gateway.execute import wire_json
from gateway.transport.port import SubgraphRequest, TransportError

_PROTOCOL = Subprotocol("graphql-transport-ws")
_QUEUE = 256
_NOT_OF_THE_CALLER = frozenset(
    {CORRELATION_HEADER, "traceparent", "tracestate", "accept", "content-type", "content-length"}
)

_Key = tuple[str, tuple[tuple[str, str], ...]]
_Item = bytes | TransportError | None


class WebSocketEventSource:
    """Opens subscriptions (the executor's `EventSource`).

    `path` replaces the path of the subgraph's URL. `connect_timeout` bounds, in seconds, the time
    until a connection is acknowledged. `tls` is for `https` subgraphs.
    """

    def __init__(
        self,
        *,
        path: str | None = None,
        connect_timeout: float = 5.0,
        max_event_bytes: int = 4 * 1024 * 1024,
        tls: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self._path = path
        self._connect_timeout = connect_timeout
        self._max = max_event_bytes
        self._tls = tls
        self._connections: dict[_Key, asyncio.Task[_Connection]] = {}

    async def subscribe(self, request: SubgraphRequest) -> AsyncGenerator[bytes, None]:
        """Yield each event's response body until the subgraph completes.

        Raises `TransportError` when the connection cannot be made or is lost, or when events come
        faster than they are taken.
        """
        key = (_address(request.url, self._path), _caller_headers(request.headers))
        connection = await self._connection(key)
        operation = connection.start(wire_json.decode_exact(request.body))
        try:
            while (item := await operation.queue.get()) is not None:
                if isinstance(item, TransportError):
                    raise item
                yield item
        finally:
            await connection.end(operation)
            if not connection.operations:
                self._connections.pop(key, None)
                await connection.close()

    async def _connection(self, key: _Key) -> _Connection:
        """The connection for a key; several that ask at the same time get the same one."""
        opening = self._connections.get(key)
        if opening is not None and opening.done() and not _usable(opening):
            opening = None
        if opening is None:
            opening = asyncio.ensure_future(self._open(key))
            self._connections[key] = opening
        try:
            return await asyncio.shield(opening)
        except TransportError:
            if self._connections.get(key) is opening:
                del self._connections[key]
            raise

    async def _open(self, key: _Key) -> _Connection:
        address, headers = key
        context = self._tls() if self._tls and address.startswith("wss:") else None
        options: dict[str, Any] = {} if context is None else {"ssl": context}
        try:
            async with asyncio.timeout(self._connect_timeout):
                socket = await connect(
                    address,
                    subprotocols=[_PROTOCOL],
                    additional_headers=dict(headers),
                    max_size=self._max,
                    proxy=None,
                    **options,
                )
                await _introduce(socket, {"headers": dict(headers)})
        except (OSError, WebSocketException, TimeoutError) as error:
            raise TransportError(
                Code.SUBREQUEST_HTTP_ERROR, f"no WebSocket to {address}: {error!r}"
            ) from None
        return _Connection(socket)


def _usable(opening: asyncio.Task[_Connection]) -> bool:
    return opening.exception() is None and opening.result().usable


async def _introduce(socket: ClientConnection, payload: Mapping[str, Any]) -> None:
    """Send the introduction and wait for its acknowledgement; closes the socket on failure."""
    hello = {"type": "connection_init", "payload": payload}
    try:
        await socket.send(wire_json.encode(hello).decode())
        while (message := _decode(await socket.recv())).get("type") != "connection_ack":
            if message.get("type") == "ping":
                await socket.send('{"type":"pong"}')
    except BaseException:
        await socket.close()
        raise


class _Operation:
    """One subscription: its id on the connection and what has come for it."""

    def __init__(self, identifier: str) -> None:
        self.id = identifier
        self.queue: asyncio.Queue[_Item] = asyncio.Queue(_QUEUE + 1)
        self.ended = False

    def put(self, item: _Item) -> None:
        """Hand an item over; the last place of the queue is kept for the end."""
        if self.ended:
            return
        if isinstance(item, bytes) and self.queue.qsize() >= _QUEUE:
            item = TransportError(
                Code.SUBREQUEST_HTTP_ERROR, "events come faster than they are taken"
            )
        self.ended = not isinstance(item, bytes)
        self.queue.put_nowait(item)


class _Connection:
    """An acknowledged connection and the subscriptions on it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = count(1)
        self._sending: set[asyncio.Task[None]] = set()
        self.operations: dict[str, _Operation] = {}
        self.usable = True
        self._reading = asyncio.create_task(self._read())

    def start(self, payload: Mapping[str, Any]) -> _Operation:
        """Send a subscription."""
        operation = _Operation(str(next(self._ids)))
        self.operations[operation.id] = operation
        self._send({"id": operation.id, "type": "subscribe", "payload": payload})
        return operation

    async def end(self, operation: _Operation) -> None:
        """Forget a subscription, and tell the subgraph unless it has ended by itself."""
        self.operations.pop(operation.id, None)
        if not operation.ended:
            operation.ended = True
            self._send({"id": operation.id, "type": "complete"})
        if self._sending:
            await asyncio.wait(tuple(self._sending), timeout=1)

    async def close(self) -> None:
        """Close the connection."""
        self.usable = False
        self._reading.cancel()
        await asyncio.wait((self._reading,))
        await self._socket.close()

    def _send(self, message: Mapping[str, Any]) -> None:
        task = asyncio.create_task(self._send_now(wire_json.encode(message).decode()))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_now(self, text: str) -> None:
        try:
            await self._socket.send(text)
        except ConnectionClosed as error:
            self._lose(error)

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                await self._message(_decode(text))
            self._lose(None)
        except (ConnectionClosed, TransportError) as error:
            self._lose(error)

    async def _message(self, message: Mapping[str, Any]) -> None:
        kind = message.get("type")
        operation = self.operations.get(str(message.get("id")))
        if kind == "ping":
            self._send({"type": "pong"})
        elif operation is None:
            return
        elif kind == "next":
            operation.put(wire_json.encode(message.get("payload")))
        elif kind == "error":
            operation.put(wire_json.encode({"errors": message.get("payload")}))
            operation.put(None)
        elif kind == "complete":
            operation.put(None)

    def _lose(self, error: Exception | None) -> None:
        self.usable = False
        lost = TransportError(Code.SUBREQUEST_HTTP_ERROR, f"the WebSocket was lost: {error!r}")
        for operation in self.operations.values():
            operation.put(lost)


def _decode(text: str | bytes) -> Mapping[str, Any]:
    try:
        message = wire_json.decode_exact(text.encode() if isinstance(text, str) else text)
    except (wire_json.MalformedJSONError, UnicodeEncodeError):
        message = None
    if not isinstance(message, dict):
        raise TransportError(
            Code.SUBREQUEST_MALFORMED_RESPONSE, "a WebSocket message is no JSON object"
        )
    return message


def _address(url: str, path: str | None) -> str:
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme in ("https", "wss") else "ws"
    return urlunsplit((scheme, parts.netloc, path or parts.path or "/", parts.query, ""))


def _caller_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """What tells one caller from another; not what differs with every request."""
    return tuple(sorted(pair for pair in headers if pair[0] not in _NOT_OF_THE_CALLER))
