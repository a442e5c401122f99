"""A cap on the requests under way to one subgraph; what is above it is shed at once.

Queueing is left to the connection pool: a second queue before it would only add waiting.
"""

from __future__ import annotations

from gateway.errors import Code
from gateway.transport.port import SubgraphRequest, SubgraphResponse, Transport, TransportError
from gateway.transport.shaping.events import ShapingEvents


class ConcurrencyLimit:
    """Refuses requests while `limit` are under way."""

    def __init__(self, inner: Transport, limit: int, events: ShapingEvents) -> None:
        self._inner = inner
        self._limit = limit
        self._events = events
        self._under_way = 0

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        if self._under_way >= self._limit:
            self._events.shed(request.subgraph)
            raise TransportError(
                Code.DOWNSTREAM_SERVICE_ERROR,
                f"{self._limit} requests to {request.subgraph} are under way already",
                sent=False,
            )
        self._under_way += 1
        try:
            return await self._inner.send(request)
        finally:
            self._under_way -= 1

    async def close(self) -> None:
        await self._inner.close()
