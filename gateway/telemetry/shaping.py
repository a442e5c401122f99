"""Metrics of what happens on the way to subgraphs."""

from __future__ import annotations

from gateway.telemetry.metrics import Metrics
from gateway.transport.shaping.events import BreakerState

_BREAKER_VALUES = {BreakerState.CLOSED: 0.0, BreakerState.HALF_OPEN: 0.5, BreakerState.OPEN: 1.0}


class ShapingMetrics:
    """Counts retries, sharing and shedding, and shows the state of circuit breakers."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def shared(self, subgraph: str) -> None:
        """A query was answered by an identical one already under way."""
        self._metrics.shaping.labels(subgraph, "shared").inc()

    def shed(self, subgraph: str) -> None:
        """A request was refused because too many are under way."""
        self._metrics.shaping.labels(subgraph, "shed").inc()

    def retried(self, subgraph: str, attempt: int) -> None:
        """A request is sent again."""
        del attempt
        self._metrics.shaping.labels(subgraph, "retried").inc()

    def breaker_changed(self, subgraph: str, state: BreakerState) -> None:
        """A circuit breaker has a new state."""
        self._metrics.breaker_open.labels(subgraph).set(_BREAKER_VALUES[state])

    def url_changed(self, subgraph: str, url: str, healthy: bool) -> None:
        """A URL is passed over from now on, or used again."""
        del url
        self._metrics.shaping.labels(subgraph, "url_up" if healthy else "url_down").inc()
