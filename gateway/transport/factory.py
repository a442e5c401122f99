"""Which `Transport` the settings ask for."""

from __future__ import annotations

from gateway.transport.http1.client import Http1Transport
from gateway.transport.httpx_transport import HttpxTransport
from gateway.transport.port import StreamingTransport
from gateway.transport.settings import Implementation, TransportSettings


def create_transport(settings: TransportSettings) -> StreamingTransport:
    """Build the transport; HTTP/2 and proxies are httpx's, whatever `implementation` says."""
    if settings.implementation is Implementation.HTTPX or settings.http2 or settings.proxy:
        return HttpxTransport(settings)
    return Http1Transport(settings)
