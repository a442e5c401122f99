"""Identical queries of the same caller under way at the same time are sent once."""

from __future__ import annotations

import asyncio

from gateway.errors import Code
from gateway.transport.port import SubgraphRequest, SubgraphResponse, Transport, TransportError
from gateway.transport.shaping.events import ShapingEvents

_Key = tuple[str, bytes, tuple[tuple[str, str], ...]]


class Sharing:
    """Lets a query wait for an identical one instead of sending it again.

    Identical means the same URL, body and headers: whatever identifies a caller to the subgraph is
    in the headers, so nobody is given another caller's answer. Headers in `ignored` (names in lower
    case: correlation ids, trace context) do not count; a subgraph must not answer by them.

    The first one sends. If it is cancelled or meets its own deadline, one of the others takes over.
    """

    def __init__(
        self, inner: Transport, events: ShapingEvents, ignored: frozenset[str] = frozenset()
    ) -> None:
        self._inner = inner
        self._events = events
        self._ignored = ignored
        # The value is None until a second query makes somebody wait.
        self._under_way: dict[_Key, asyncio.Future[SubgraphResponse | TransportError | None] | None]
        self._under_way = {}

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        if not request.idempotent:
            return await self._inner.send(request)
        key = self._key(request)
        while key in self._under_way:
            self._events.shared(request.subgraph)
            outcome = await self._join(key, request)
            if isinstance(outcome, TransportError):
                raise outcome
            if outcome is not None:
                return outcome
        return await self._lead(key, request)

    async def close(self) -> None:
        await self._inner.close()

    def _key(self, request: SubgraphRequest) -> _Key:
        headers = request.headers
        ignored = self._ignored
        if ignored:
            headers = tuple([pair for pair in headers if pair[0] not in ignored])
        return (request.url, request.body, headers)

    async def _lead(self, key: _Key, request: SubgraphRequest) -> SubgraphResponse:
        self._under_way[key] = None
        outcome: SubgraphResponse | TransportError | None = None
        try:
            outcome = await self._inner.send(request)
            return outcome
        except TransportError as error:
            # The first one's deadline is not the others'.
            outcome = None if request.deadline is not None and _was_late(error) else error
            raise
        finally:
            waiting = self._under_way.pop(key)
            if waiting is not None and not waiting.done():
                waiting.set_result(outcome)

    async def _join(
        self, key: _Key, request: SubgraphRequest
    ) -> SubgraphResponse | TransportError | None:
        loop = asyncio.get_running_loop()
        waiting = self._under_way[key]
        if waiting is None:
            waiting = self._under_way[key] = loop.create_future()
        # Shielded: when this one gives up, the others still wait.
        shielded = asyncio.shield(waiting)
        if request.deadline is None:
            return await shielded
        try:
            async with asyncio.timeout_at(request.deadline):
                return await shielded
        except TimeoutError as error:
            raise TransportError(
                Code.GATEWAY_TIMEOUT, f"{request.subgraph} did not answer in time"
            ) from error


def _was_late(error: TransportError) -> bool:
    return error.code is Code.GATEWAY_TIMEOUT
