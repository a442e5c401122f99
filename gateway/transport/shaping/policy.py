"""What an operator decides about traffic to a subgraph. Durations are seconds, shares 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`max_attempts` counts the first one. `interval` doubles with each attempt, with jitter.

    `budget` is the share of requests that may be retries in the long run: when a subgraph is down
    for everybody, retries must not multiply its load. No attempt starts later than `max_duration`
    after the first one did.
    """

    max_attempts: int = 3
    interval: float = 0.1
    max_duration: float = 5.0
    retry_mutations: bool = False
    budget: float = 0.2


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """The circuit opens when at least `volume_threshold` calls were made in the last `window` and
    the share `error_threshold` of them failed. After `reset_timeout`, `half_open_attempts` calls
    are let through: it closes when all of them succeed and opens again when one fails."""

    error_threshold: float = 0.5
    volume_threshold: int = 20
    reset_timeout: float = 30.0
    half_open_attempts: int = 5
    window: float = 10.0


class Balancing(StrEnum):
    """How one of several healthy URLs is chosen."""

    FAILOVER = "failover"
    """The first in order; the others are for when it fails."""

    ROUND_ROBIN = "round_robin"
    """One after the other."""


@dataclass(frozen=True, slots=True)
class UrlsPolicy:
    """Further URLs at which the same subgraph is served.

    A URL that failed `failures` times in a row is passed over for `cool_down`.
    """

    urls: tuple[str, ...]
    balancing: Balancing = Balancing.FAILOVER
    failures: int = 3
    cool_down: float = 10.0


@dataclass(frozen=True, slots=True)
class SubgraphPolicy:
    """All of it for one subgraph; `None` leaves a part out.

    `timeout` bounds all attempts together; the transport's own bounds each of them.
    """

    timeout: float | None = None
    share_queries: bool = True
    concurrency_limit: int | None = 1000
    retry: RetryPolicy | None = RetryPolicy()
    breaker: BreakerPolicy | None = BreakerPolicy()
    urls: UrlsPolicy | None = None
