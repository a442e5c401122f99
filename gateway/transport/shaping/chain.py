"""The wrappers of each subgraph, put together by its policy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from random import random
from typing import Any

from gateway.transport.port import (
    StreamingTransport,
    SubgraphRequest,
    SubgraphResponse,
    SubgraphStream,
    Transport,
)
from gateway.transport.shaping.circuit_breaker import CircuitBreaker
from gateway.transport.shaping.clock import Clock, LoopClock
from gateway.transport.shaping.concurrency import ConcurrencyLimit
from gateway.transport.shaping.deadline import Deadline
from gateway.transport.shaping.events import NoEvents, ShapingEvents
from gateway.transport.shaping.failover import Failover
from gateway.transport.shaping.policy import SubgraphPolicy
from gateway.transport.shaping.retry import Retry
from gateway.transport.shaping.sharing import Sharing


class ShapedTransport:
    """Sends each request through the wrappers of its subgraph.

    `policies` holds what differs from `default`. `ignored_headers` are those that do not make two
    queries different (see `Sharing`). Streams take the URL that is healthy and nothing else: they
    are neither repeated nor shared, and their number is the transport's to bound.
    """

    def __init__(
        self,
        base: StreamingTransport,
        default: SubgraphPolicy,
        policies: Mapping[str, SubgraphPolicy] | None = None,
        *,
        clock: Clock | None = None,
        events: ShapingEvents | None = None,
        random_source: Callable[[], float] = random,
        ignored_headers: frozenset[str] = frozenset(),
    ) -> None:
        self._base = base
        self._default = default
        self._policies = dict(policies or {})
        self._clock = clock
        self._events = events or NoEvents()
        self._random = random_source
        self._ignored = ignored_headers
        self._chains: dict[str, Transport] = {}
        self._failovers: dict[str, Failover] = {}

    def send(self, request: SubgraphRequest) -> Coroutine[Any, Any, SubgraphResponse]:
        chain = self._chains.get(request.subgraph)
        if chain is None:
            chain = self._build(request)
        return chain.send(request)

    def stream(self, request: SubgraphRequest) -> AbstractAsyncContextManager[SubgraphStream]:
        if request.subgraph not in self._chains:
            self._build(request)
        failover = self._failovers.get(request.subgraph)
        if failover is not None:
            request = replace(request, url=failover.preferred_url())
        return self._base.stream(request)

    async def close(self) -> None:
        await self._base.close()

    def _build(self, request: SubgraphRequest) -> Transport:
        """Wrap the base from the inside out; subgraphs come from the supergraph, so few."""
        subgraph, events = request.subgraph, self._events
        clock = self._clock or LoopClock(asyncio.get_running_loop())
        policy = self._policies.get(subgraph, self._default)
        chain: Transport = self._base
        if policy.urls is not None:
            failover = Failover(chain, request.url, policy.urls, clock, events)
            chain = self._failovers[subgraph] = failover
        if policy.breaker is not None:
            chain = CircuitBreaker(chain, subgraph, policy.breaker, clock, events)
        if policy.retry is not None and policy.retry.max_attempts > 1:
            chain = Retry(chain, policy.retry, clock, self._random, events)
        if policy.concurrency_limit is not None:
            chain = ConcurrencyLimit(chain, policy.concurrency_limit, events)
        if policy.timeout is not None:
            chain = Deadline(chain, policy.timeout, clock)
        if policy.share_queries:
            chain = Sharing(chain, events, self._ignored)
        self._chains[subgraph] = chain
        return chain
