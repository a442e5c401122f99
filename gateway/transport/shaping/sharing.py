"""Identical queries of the same caller under way at the same time are sent once."""

from __future__ import annotations

import asyncio

from gateway.errors import Code
from gateway.transport.port import (
    Holdable,
    SubgraphRequest,
    SubgraphResponse,
    Transport,
    TransportError,
)
from gateway.transport.shaping.events import ShapingEvents

_Key = tuple[str, bytes, tuple[tuple[str, str], ...]]
_Outcome = SubgraphResponse | TransportError | None


class _Shared:
    """A query under way that others wait for. Its client's request is held while they do."""

    __slots__ = ("_origin", "_waiting", "outcome")

    def __init__(self, origin: Holdable | None, outcome: asyncio.Future[_Outcome]) -> None:
        self._origin = origin
        self._waiting = 0
        self.outcome = outcome

    def join(self) -> None:
        """One more waits."""
        self._waiting += 1
        if self._waiting == 1 and self._origin is not None:
            self._origin.hold()

    def leave(self) -> None:
        """One has its answer, or gives up."""
        self._waiting -= 1
        if not self._waiting and not self.outcome.done() and self._origin is not None:
            self._origin.release()

    def end(self, outcome: _Outcome) -> None:
        """Give all who wait what came; `None` tells them to send for themselves."""
        self.outcome.set_result(outcome)
        if self._waiting and self._origin is not None:
            self._origin.release()


class Sharing:
    """Lets a query wait for an identical one instead of sending it again.

    Identical means the same URL, body and headers: whatever identifies a caller to the subgraph is
    in the headers, so nobody is given another caller's answer. Headers in `ignored` (names in lower
    case: correlation ids, trace context) do not count; a subgraph must not answer by them.

    The first one sends. It goes on for the others if its own client goes away; if it meets its own
    deadline, one of the others takes over.
    """

    def __init__(
        self, inner: Transport, events: ShapingEvents, ignored: frozenset[str] = frozenset()
    ) -> None:
        self._inner = inner
        self._events = events
        self._ignored = ignored
        # The request that was sent, until a second query makes somebody wait.
        self._under_way: dict[_Key, SubgraphRequest | _Shared] = {}

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        if not request.idempotent:
            return await self._inner.send(request)
        key = self._key(request)
        outcome: _Outcome
        while key in self._under_way:
            self._events.shared(request.subgraph)
            outcome = await self._join(key, request)
            if isinstance(outcome, TransportError):
                raise outcome
            if outcome is not None:
                return outcome
        self._under_way[key] = request
        outcome = None
        try:
            outcome = await self._inner.send(request)
            return outcome
        except TransportError as error:
            # The first one's deadline is not the others'.
            outcome = None if request.deadline is not None and _was_late(error) else error
            raise
        finally:
            under_way = self._under_way.pop(key)
            if under_way is not request:
                self._hand_on(under_way, outcome)

    async def close(self) -> None:
        await self._inner.close()

    def _key(self, request: SubgraphRequest) -> _Key:
        headers = request.headers
        ignored = self._ignored
        if ignored:
            headers = tuple([pair for pair in headers if pair[0] not in ignored])
        return (request.url, request.body, headers)

    @staticmethod
    def _hand_on(under_way: SubgraphRequest | _Shared, outcome: _Outcome) -> None:
        if isinstance(under_way, _Shared):
            under_way.end(outcome)

    async def _join(self, key: _Key, request: SubgraphRequest) -> _Outcome:
        loop = asyncio.get_running_loop()
        shared = self._under_way[key]
        if not isinstance(shared, _Shared):
            shared = self._under_way[key] = _Shared(shared.origin, loop.create_future())
        shared.join()
        try:
            # Shielded: when this one gives up, the others still wait.
            async with asyncio.timeout_at(request.deadline):
                return await asyncio.shield(shared.outcome)
        except TimeoutError as error:
            raise TransportError(
                Code.GATEWAY_TIMEOUT, f"{request.subgraph} did not answer in time"
            ) from error
        finally:
            shared.leave()


def _was_late(error: TransportError) -> bool:
    return error.code is Code.GATEWAY_TIMEOUT
