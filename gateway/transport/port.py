"""The one way out to subgraphs: a request in bytes, an answer in bytes.

The executor knows this port only. Implementations are chosen by configuration (`gateway/transport`
holds the fast default and an httpx adapter that tests mock); traffic shaping (deadlines, retries,
circuit breaker, sharing) wraps one `Transport` in another.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from gateway.errors import Code


class Holdable(Protocol):
    """A client's request, which ends early when its client goes away, unless something holds it."""

    def hold(self) -> None:
        """Keep it going; `release` must follow."""

    def release(self) -> None:
        """It may end as far as this holder is concerned."""


# Not frozen, though nobody changes it: a frozen value takes several times as long to make, and one
# is made for every request.
@dataclass(slots=True)
class SubgraphRequest:
    """One GraphQL request to one subgraph.

    `body` is the encoded JSON document (`query`, `variables`, ...). `headers` are names in lower
    case and values as sent. `deadline` is a point of the running event loop's clock
    (`loop.time()`), in seconds; `None` leaves the transport's own limit. `idempotent` is true for
    queries: only then may a request be sent again. `identity` names whoever's rights the answer
    depends on (a digest, never a token): caches keep private answers apart by it. `origin` is the
    client's request that this one is sent for; it is held while others wait for the answer.
    """

    subgraph: str
    url: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    deadline: float | None = None
    idempotent: bool = True
    identity: str = ""
    origin: Holdable | None = None


class SubgraphResponse:
    """A complete HTTP answer, decoded from its content and transfer encodings.

    `headers` may be given as they came (`raw`): most are never looked at, so they are decoded when
    they are asked for. Names are in lower case.

    `lacking` is set where the body was put together from what was kept, and the request for the
    rest came to nothing: what came of that request, whose entities are null in the body.
    """

    __slots__ = ("_headers", "_raw", "body", "lacking", "status")

    def __init__(
        self,
        status: int,
        body: bytes,
        headers: tuple[tuple[str, str], ...] | None = None,
        *,
        raw: Sequence[tuple[bytes, bytes]] = (),
        lacking: SubgraphResponse | TransportError | None = None,
    ) -> None:
        self.status = status
        self.body = body
        self.lacking = lacking
        self._headers = headers
        self._raw = raw

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Names in lower case and values, in order."""
        headers = self._headers
        if headers is None:
            headers = self._headers = decoded_headers(self._raw)
        return headers

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SubgraphResponse):
            return NotImplemented
        return (
            self.status == other.status
            and self.body == other.body
            and self.headers == other.headers
            and self.lacking == other.lacking
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"SubgraphResponse({self.status!r}, {self.body!r}, {self.headers!r})"

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


def decoded_headers(raw: Sequence[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Headers as they came, as text (RFC 9110 leaves bytes above 127 opaque: Latin-1)."""
    return tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw])


class TransportError(Exception):
    """No usable answer came. `code` is what the client will see; `detail` is for the log.

    `sent` is false only when it is certain that the subgraph never received the request.
    """

    def __init__(self, code: Code, detail: str, *, sent: bool = True) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.sent = sent


class Transport(Protocol):
    """Sends one request and returns its whole answer.

    Raises `TransportError` for every failure that is not an HTTP answer; an HTTP answer of any
    status is returned.
    """

    async def send(self, request: SubgraphRequest) -> SubgraphResponse: ...

    async def close(self) -> None: ...


class SubgraphStream(Protocol):
    """An HTTP answer whose body is still arriving (server-sent events, multipart).

    Iterating yields the decoded body in pieces of any size; it raises `TransportError` when the
    answer breaks off. Nothing is read ahead of the consumer beyond a small, fixed buffer.
    """

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> tuple[tuple[str, str], ...]: ...

    def header(self, name: str) -> str | None: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class StreamingTransport(Transport, Protocol):
    """A transport that also gives answers piece by piece.

    The request's `deadline` covers the time until the answer's head has come; afterwards the
    stream lives until either side ends it. Leaving the context closes it.
    """

    def stream(self, request: SubgraphRequest) -> AbstractAsyncContextManager[SubgraphStream]: ...
