"""Prometheus metrics. Names are prefixed `c2c_gateway_`; durations are in seconds.

With several worker processes, `PROMETHEUS_MULTIPROC_DIR` names a folder that they share (the
server sets it before this module is imported); whichever worker is scraped then answers for all.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from gateway.errors import Code

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_STAGE_BUCKETS = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0)
_COST_BUCKETS = (1, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000)
_CODES = frozenset(Code)
MULTIPROCESS_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

Observe = Callable[[float], None]


class Metrics:
    """All metrics of a gateway. Children (label combinations) are looked up once and kept.

    Label values are bounded: operation names are not labels, because clients choose them.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        prefix = "c2c_gateway"
        self.requests = Counter(
            f"{prefix}_requests",
            "Requests answered, by operation kind and HTTP status.",
            ("kind", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            f"{prefix}_request_seconds",
            "Time from a request's first byte read to its answer.",
            ("kind",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.stage_seconds = Histogram(
            f"{prefix}_stage_seconds",
            "Time spent in a stage of the pipeline.",
            ("stage",),
            buckets=_STAGE_BUCKETS,
            registry=self.registry,
        )
        self.errors = Counter(
            f"{prefix}_graphql_errors",
            "Errors in answers, by the gateway's code.",
            ("code",),
            registry=self.registry,
        )
        self.subgraph_requests = Counter(
            f"{prefix}_subgraph_requests",
            "Requests to subgraphs, by outcome: ok, or the code of the failure.",
            ("subgraph", "outcome"),
            registry=self.registry,
        )
        self.subgraph_seconds = Histogram(
            f"{prefix}_subgraph_seconds",
            "Time from sending a request to a subgraph to having its answer.",
            ("subgraph",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.cache_requests = Counter(
            f"{prefix}_cache_requests",
            "Look-ups in a cache (document, plan, response, ...), by result: hit, miss or stale.",
            ("cache", "result"),
            registry=self.registry,
        )
        self.breaker_open = Gauge(
            f"{prefix}_circuit_breaker_open",
            "1 while the circuit breaker of a subgraph is open, 0.5 while it is half open.",
            ("subgraph",),
            multiprocess_mode="livemax",
            registry=self.registry,
        )
        self.shaping = Counter(
            f"{prefix}_subgraph_shaping",
            "Requests to subgraphs that were shared, shed or retried, and URLs taken out or back.",
            ("subgraph", "event"),
            registry=self.registry,
        )
        self.in_flight = Gauge(
            f"{prefix}_requests_in_flight",
            "Requests being answered now.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self.operation_cost = Histogram(
            f"{prefix}_operation_cost",
            "Estimated costs of operations, where demand control is on.",
            buckets=_COST_BUCKETS,
            registry=self.registry,
        )
        self.subscriptions_open = Gauge(
            f"{prefix}_subscriptions_open",
            "Subscriptions of clients that are open now.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self.subscription_events = Counter(
            f"{prefix}_subscription_events",
            "Events that were sent to clients.",
            registry=self.registry,
        )
        self.reloads = Counter(
            f"{prefix}_reloads",
            "Reloads of supergraph and settings, by result: applied or refused.",
            ("result",),
            registry=self.registry,
        )
        self._stages: dict[str, Observe] = {}
        self._subgraphs: dict[str, Observe] = {}
        self._kinds: dict[str, Observe] = {}

    def stage(self, name: str, seconds: float) -> None:
        """Record the time of a pipeline stage."""
        observe = self._stages.get(name)
        if observe is None:
            observe = self._stages[name] = self.stage_seconds.labels(name).observe
        observe(seconds)

    def subgraph(self, name: str, seconds: float, outcome: str) -> None:
        """Record one request to a subgraph."""
        observe = self._subgraphs.get(name)
        if observe is None:
            observe = self._subgraphs[name] = self.subgraph_seconds.labels(name).observe
        observe(seconds)
        self.subgraph_requests.labels(name, outcome).inc()

    def request(self, kind: str, status: int, seconds: float) -> None:
        """Record one answered request."""
        observe = self._kinds.get(kind)
        if observe is None:
            observe = self._kinds[kind] = self.request_seconds.labels(kind).observe
        observe(seconds)
        self.requests.labels(kind, str(status)).inc()

    def error(self, code: str) -> None:
        """Record an error of an answer. A subgraph's own codes are counted as one."""
        self.errors.labels(code if code in _CODES else "SUBGRAPH").inc()

    def cache(self, name: str, result: str, count: int = 1) -> None:
        """Record look-ups in a cache."""
        self.cache_requests.labels(name, result).inc(count)

    def reload(self, result: str) -> None:
        """Record a reload."""
        self.reloads.labels(result).inc()

    def render(self) -> bytes:
        """The exposition text; of all workers where there are several."""
        if os.environ.get(MULTIPROCESS_VARIABLE):
            joined = CollectorRegistry()
            MultiProcessCollector(joined)  # type: ignore[no-untyped-call]
            return generate_latest(joined)
        return generate_latest(self.registry)
