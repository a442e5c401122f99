"""Which `Transport` the settings ask for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from gateway.transport.http1.client import Http1Transport
from gateway.transport.httpx_transport import HttpxTransport
from gateway.transport.port import (
    StreamingTransport,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphStream,
)
from gateway.transport.settings import Implementation, TransportSettings


def create_transport(settings: TransportSettings) -> StreamingTransport:
    """Build the transport; HTTP/2 and proxies are httpx's, whatever `implementation` says."""
    if settings.implementation is Implementation.HTTPX or settings.http2 or settings.proxy:
        return HttpxTransport(settings)
    return Http1Transport(settings)


def create_transports(
    default: TransportSettings, by_subgraph: Mapping[str, TransportSettings]
) -> StreamingTransport:
    """Build one transport for all subgraphs; those with equal settings share connections."""
    built = {default: create_transport(default)}
    for settings in by_subgraph.values():
        if settings not in built:
            built[settings] = create_transport(settings)
    if len(built) == 1:
        return built[default]
    routes = {name: built[settings] for name, settings in by_subgraph.items()}
    return _BySubgraph(built[default], routes, tuple(built.values()))


class _BySubgraph:
    """Sends each request by its subgraph's own transport."""

    def __init__(
        self,
        default: StreamingTransport,
        routes: Mapping[str, StreamingTransport],
        owned: tuple[StreamingTransport, ...],
    ) -> None:
        self._default = default
        self._routes = routes
        self._owned = owned

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        return await self._routes.get(request.subgraph, self._default).send(request)

    def stream(self, request: SubgraphRequest) -> AbstractAsyncContextManager[SubgraphStream]:
        return self._routes.get(request.subgraph, self._default).stream(request)

    async def close(self) -> None:
        for transport in self._owned:
            await transport.close()
