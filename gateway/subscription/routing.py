"""Which way each subgraph's events come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from gateway.execute.port import EventSource
from gateway.transport.port import SubgraphRequest


class EventSources:
    """An event source for each subgraph that differs, and one for all others."""

    def __init__(self, default: EventSource, by_subgraph: Mapping[str, EventSource]) -> None:
        self._default = default
        self._by_subgraph = dict(by_subgraph)

    def subscribe(self, request: SubgraphRequest) -> AsyncIterator[bytes]:
        """Open a subscription by its subgraph's own way."""
        return self._by_subgraph.get(request.subgraph, self._default).subscribe(request)
