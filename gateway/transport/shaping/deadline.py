"""A limit on the time of one request, all attempts included."""

from __future__ import annotations

from gateway.transport.port import SubgraphRequest, SubgraphResponse, Transport
from gateway.transport.shaping.clock import Clock


class Deadline:
    """Brings the request's deadline forward to `timeout` seconds from now.

    The inner transports keep the deadline: that is part of the port's contract.
    """

    def __init__(self, inner: Transport, timeout: float, clock: Clock) -> None:
        self._inner = inner
        self._timeout = timeout
        self._clock = clock

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        own = self._clock.now() + self._timeout
        deadline = request.deadline
        if deadline is None or own < deadline:
            request = SubgraphRequest(
                request.subgraph,
                request.url,
                request.body,
                request.headers,
                own,
                request.idempotent,
            )
        return await self._inner.send(request)

    async def close(self) -> None:
        await self._inner.close()
