from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from gateway.transport.factory import create_transport
from gateway.transport.port import StreamingTransport, SubgraphRequest
from gateway.transport.settings import Implementation, TransportSettings

Build = Callable[..., StreamingTransport]


@pytest.fixture(params=[Implementation.HTTP1, Implementation.HTTPX], ids=str)
async def build(request: pytest.FixtureRequest) -> AsyncIterator[Build]:
    """Builds a transport of each implementation with the given settings; closed afterwards."""
    built: list[StreamingTransport] = []

    def make(**settings: object) -> StreamingTransport:
        transport = create_transport(
            TransportSettings(implementation=request.param, **settings)  # type: ignore[arg-type]
        )
        built.append(transport)
        return transport

    yield make
    for transport in built:
        await transport.close()


def ask(url: str, body: bytes = b'{"query":"{ a }"}', **more: object) -> SubgraphRequest:
    """A request to subgraph `s`."""
    return SubgraphRequest("s", url, body, **more)  # type: ignore[arg-type]
