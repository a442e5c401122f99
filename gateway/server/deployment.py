"""What serves at the moment, and how one version takes over from another without a lost request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from gateway.errors import GatewayError
from gateway.pipeline import Pipeline
from gateway.response_cache.store import CacheStore
from gateway.server.admission import ConcurrencyLimiter, RateLimiter
from gateway.server.endpoint import GraphQLEndpoint
from gateway.server.identity import Identifier
from gateway.server.subscriptions import Subscriptions
from gateway.settings import Settings
from gateway.subscription.stream_end import schema_reloaded, shutting_down

Close = Callable[[], Awaitable[None]]


@dataclass(slots=True, eq=False)
class Deployment:
    """One supergraph with one set of settings, ready to serve.

    `version` identifies both; `target` is the endpoint's path as it stands in requests; `close`
    releases connections once the last request has left. `store` is what answers are kept in, where
    they are.
    """

    version: str
    target: bytes
    settings: Settings
    subgraphs: tuple[str, ...]
    pipeline: Pipeline
    endpoint: GraphQLEndpoint
    identifier: Identifier
    rates: RateLimiter
    concurrency: ConcurrencyLimiter
    subscriptions: Subscriptions
    close: Close
    store: CacheStore | None = None
    _in_flight: int = 0
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    def enter(self) -> None:
        """A request starts on this version."""
        self._in_flight += 1

    def leave(self) -> None:
        """A request ends."""
        self._in_flight -= 1
        if not self._in_flight:
            self._idle.set()

    async def retire(self) -> None:
        """Wait for the requests in flight, then release everything."""
        while self._in_flight:
            self._idle.clear()
            await self._idle.wait()
        await self.close()

    async def warm_up(self, texts: Sequence[str]) -> int:
        """Plan operations before they are asked for; those that are no longer valid are left out.

        Returns how many were planned.
        """
        planned = 0
        for text in texts:
            try:
                operation = await self.pipeline.documents.read(text, None)
                await self.pipeline.plans.get(operation)
            except GatewayError:
                continue  # it was valid for another schema only
            planned += 1
        return planned


class Gateway:
    """Holds the current deployment. `draining` tells load balancers to go elsewhere.

    `retired` is called whenever a replaced deployment has released everything.
    """

    def __init__(self, first: Deployment, retired: Callable[[], None] | None = None) -> None:
        self.current = first
        self._retired = retired
        self.draining = False
        self.ending = asyncio.Event()
        self.last_refusal: str | None = None
        self._retiring: set[asyncio.Task[None]] = set()

    async def switch(self, following: Deployment) -> None:
        """Warm up the following version, let it take over, and retire the present one."""
        count = following.settings.supergraph.query_planning.warmed_up_queries
        await following.warm_up(self.current.pipeline.plans.most_used(count))
        previous, self.current = self.current, following
        self.last_refusal = None
        previous.subscriptions.end.announce(schema_reloaded())
        task = asyncio.create_task(self._retire(previous))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def _retire(self, deployment: Deployment) -> None:
        await deployment.retire()
        del deployment
        if self._retired is not None:
            self._retired()

    def drain(self) -> None:
        """Tell load balancers to go elsewhere, and end the streams: they would never end alone."""
        self.draining = True
        self.ending.set()
        self.current.subscriptions.end.announce(shutting_down())

    async def close(self) -> None:
        """Release everything, waiting for nobody: the server has drained before."""
        for task in list(self._retiring):
            task.cancel()
        await self.current.close()
