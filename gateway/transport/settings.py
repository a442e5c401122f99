"""What an operator decides about the way to subgraphs. Durations are seconds, sizes are bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Implementation(StrEnum):
    """Which client carries the requests."""

    HTTP1 = "http1"
    """The gateway's own HTTP/1.1 client: the cheapest, and the default."""

    HTTPX = "httpx"
    """httpx: HTTP/2, proxies, and whatever else its ecosystem has."""


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """How `https` subgraphs are verified and how the gateway identifies itself to them.

    Without `ca_file` the system's certificate authorities are trusted. `certificate_file` and
    `key_file` (PEM) are presented to subgraphs that ask for a client certificate.
    """

    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    key_password: str | None = field(default=None, repr=False)
    verify: bool = True


@dataclass(frozen=True, slots=True)
class TransportSettings:
    """One way of carrying requests; limits of numbers hold for each origin on its own.

    Subgraphs with different settings get transports of their own (`factory.create_transports`).

    `timeout` bounds a whole exchange, waiting for a connection included, where the request has no
    earlier deadline. `max_waiting` requests may queue for one of the `max_connections`.
    `keepalive_expiry` should be below the subgraph server's own keep-alive time: uvicorn's is 5 s.
    """

    implementation: Implementation = Implementation.HTTP1
    connect_timeout: float = 5.0
    timeout: float = 30.0
    max_response_bytes: int = 64 * 1024 * 1024
    max_header_bytes: int = 64 * 1024
    max_connections: int = 100
    max_waiting: int = 1000
    max_streams: int = 10_000
    keepalive_expiry: float = 4.0
    compression: bool = True
    http2: bool = False
    proxy: str | None = None
    tls: TlsSettings = TlsSettings()
