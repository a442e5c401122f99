"""Sections about what the gateway tells of itself, and about keeping answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.settings.section import Section
from gateway.settings.values import Duration, Percentage, Size


class SpanExporter(Section):
    """A collector of spans."""

    kind: Literal["otlp"] = "otlp"
    protocol: Literal["http"] = "http"
    endpoint: str = "http://127.0.0.1:4318/v1/traces"
    headers: dict[str, str] = Field(default_factory=dict)


class Tracing(Section):
    """Spans. Trace context is passed on to subgraphs in any case."""

    exporters: tuple[SpanExporter, ...] = Field(default=(), max_length=1)
    sampler: Percentage = 1.0
    """The share of requests that are recorded when the caller has not decided."""
    service_name: str = "contract-to-cash-gateway"


class Prometheus(Section):
    """Metrics to be scraped."""

    enabled: bool = False
    path: str = Field(default="/metrics", pattern=r"^/[A-Za-z0-9/_.-]*$")


class Metrics(Section):
    """Counters and histograms."""

    prometheus: Prometheus = Prometheus()


class Logging(Section):
    """Lines on standard output, as JSON."""

    requests: bool | None = None
    """One line for each request. Unset: in production only."""
    slow_operation: Duration | None = 1.0
    """A further line with all timings for operations that take at least this long."""


class Usage(Section):
    """Which operations and fields clients use, for `c2c schema check`."""

    path: str | None = None
    """The file that is appended to. Unset: usage is not recorded."""
    flush_interval: Duration = 60.0
    client_name_header: str = "apollographql-client-name"
    client_version_header: str = "apollographql-client-version"


class Telemetry(Section):
    """What is recorded of requests, and where it goes. Taken from the file at the start only."""

    tracing: Tracing = Tracing()
    metrics: Metrics = Metrics()
    logging: Logging = Logging()
    usage: Usage = Usage()


class CachedSubgraph(Section):
    """How answers of a subgraph are kept. What its `Cache-Control` says comes first."""

    enabled: bool = True
    ttl: Duration | None = None
    """For answers without `Cache-Control`; unset: those are not kept."""
    scope: Literal["private", "public"] = "private"
    """Whether such answers are the same for all callers."""
    stale_while_revalidate: Duration = 0.0
    types: dict[str, Duration] = Field(default_factory=dict)
    """In place of `ttl` for entities of the types named."""
    stale_if_error: Duration = 0.0
    """How long a copy may serve, marked as stale, while the subgraph fails."""


class RedisSettings(Section):
    """A store that workers and machines share."""

    url: str
    namespace: str = "c2c"
    timeout: Duration = 0.1


class Invalidation(Section):
    """Dropping what is kept, by request."""

    path: str = Field(default="/invalidation", pattern=r"^/[A-Za-z0-9/_.-]*$")
    shared_key: str | None = Field(default=None, min_length=16)
    """What a request has to carry in `Authorization`. Unset: there is no such endpoint."""
    events: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Tags that a business event invalidates: `invoice.issued: ["contract-{subject}"]`."""


class ResponseCacheSettings(Section):
    """Answers of subgraphs, kept by entity."""

    enabled: bool = False
    max_bytes: Size = 64 * 1024 * 1024
    """What the store in memory may hold."""
    redis: RedisSettings | None = None
    """Unset: every worker keeps its own."""
    all: CachedSubgraph = CachedSubgraph()
    subgraphs: dict[str, CachedSubgraph] = Field(default_factory=dict)
    """In place of `all` for the subgraphs named."""
    invalidation: Invalidation = Invalidation()

    def of(self, subgraph: str) -> CachedSubgraph:
        """What applies to a subgraph."""
        return self.subgraphs.get(subgraph, self.all)
