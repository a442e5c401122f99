"""HTTP as values: what the endpoint reads of a request, and the response that it makes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.errors import ClientError, Code

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

HeaderList = list[tuple[bytes, bytes]]

SERVED_CONNECTION = "c2c.connection"
"""An extension in the scope, where the server offers it: a `ServedConnection`."""


CLIENT_GONE = 499
"""The status that logs of the field write for a client that did not wait for its answer."""


class Abandonable(Protocol):
    """Work that need not go on without its client."""

    def abandon(self) -> None: ...


class ServedConnection(Protocol):
    """A client's connection. `serving` is abandoned when the client closes it."""

    serving: Abandonable | None


class ArrivedRequest(Protocol):
    """A request whose body is here already, so that it needs none of ASGI's messages.

    `header_list` has names in lower case. `reply` sends a whole response: header lines that were
    checked, with the body's length, without the empty line at the end.
    """

    method: str
    path: str
    query_string: bytes
    header_list: HeaderList
    body: bytes
    client_address: str
    connection: ServedConnection

    @property
    def task(self) -> asyncio.Task[Any]:
        """What answers the request."""

    @property
    def is_ready(self) -> bool:
        """Whether the client has taken enough of what was sent before."""

    async def ready(self) -> None:
        """Return when the client has taken enough of what was sent before."""

    def reply(self, status: int, lines: bytes, body: bytes) -> None: ...

    def as_asgi(self) -> tuple[Scope, Receive, Send]:
        """The same request for those who answer in parts."""


class ClientGoneError(Exception):
    """The client closed the connection; nobody is there to be answered."""


@dataclass(slots=True)
class HttpResponse:
    """A response: its whole body, or its parts as they come. Sending adds `content-length`.

    `streamed` counts the bytes of the parts that were sent.
    """

    status: int
    body: bytes = b""
    headers: HeaderList = field(default_factory=list)
    parts: AsyncIterator[bytes] | None = None
    streamed: int = 0


def header_mapping(pairs: Collection[tuple[bytes, bytes]]) -> dict[str, str]:
    """A request's headers by lower-case name; repeated ones are joined by a comma (RFC 9110)."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}
    return headers if len(headers) == len(pairs) else _joined(pairs)


def _joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name in headers:
            separator = "; " if name == "cookie" else ", "
            headers[name] = f"{headers[name]}{separator}{value}"
        else:
            headers[name] = value
    return headers


async def read_body(receive: Receive, headers: dict[str, str], max_bytes: int) -> bytes:
    """The whole body; the caller limits the time.

    Raises `ClientError` (413 `REQUEST_TOO_LARGE`) or `ClientGoneError`.
    """
    length = headers.get("content-length", "")
    if length.isdigit() and (len(length) > 18 or int(length) > max_bytes):
        raise body_too_large(max_bytes)
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        if len(body) > max_bytes:
            raise body_too_large(max_bytes)
        return body
    return await _read_on(receive, message, max_bytes)


async def _read_on(receive: Receive, message: Message, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        part = message.get("body", b"")
        size += len(part)
        if size > max_bytes:
            raise body_too_large(max_bytes)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await receive()


def body_too_large(max_bytes: int) -> ClientError:
    """The refusal of a body (413)."""
    return ClientError(
        f"The request's body has more than the {max_bytes} bytes allowed.",
        Code.REQUEST_TOO_LARGE,
        status=413,
    )
