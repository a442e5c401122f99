"""One subgraph at several URLs: the healthy ones are used."""

from __future__ import annotations

from gateway.transport.port import SubgraphRequest, SubgraphResponse, Transport, TransportError
from gateway.transport.shaping.clock import Clock
from gateway.transport.shaping.events import ShapingEvents
from gateway.transport.shaping.outcome import OVERLOADED_OR_AWAY, blames_subgraph
from gateway.transport.shaping.policy import Balancing, UrlsPolicy


class _Target:
    """What is known of one URL."""

    __slots__ = ("failures", "passed_over_until", "url")

    def __init__(self, url: str) -> None:
        self.url = url
        self.failures = 0
        self.passed_over_until: float | None = None


class Failover:
    """Chooses a URL for each request and tries the next where that is safe.

    A request is tried elsewhere when it was certainly not received, or when it is a query and the
    URL failed. A URL that is passed over gets one request after its cool-down: success makes it
    healthy, failure passes it over again. When no URL is healthy all are tried all the same.
    """

    def __init__(
        self,
        inner: Transport,
        url: str,
        policy: UrlsPolicy,
        clock: Clock,
        events: ShapingEvents,
    ) -> None:
        self._inner = inner
        self._policy = policy
        self._clock = clock
        self._events = events
        self._url = url
        self._targets = _targets(url, policy)
        self._turn = 0

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        if request.url != self._url:  # a new supergraph may bring a new URL
            self._url = request.url
            self._targets = _targets(request.url, self._policy)
        targets = self._order()
        last = targets[-1]
        for target in targets:
            try:
                response = await self._inner.send(_to(request, target.url))
            except TransportError as error:
                if blames_subgraph(error):
                    self._failed(request.subgraph, target)
                if target is last or not _may_go_elsewhere(request, error):
                    raise
                continue
            if response.status not in OVERLOADED_OR_AWAY:
                self._succeeded(request.subgraph, target)
                return response
            self._failed(request.subgraph, target)
            if target is last or not request.idempotent:
                return response
        raise AssertionError("there is always a last target")

    async def close(self) -> None:
        await self._inner.close()

    def preferred_url(self) -> str:
        """The URL that the next request would be sent to; for streams."""
        return self._order()[0].url

    def _order(self) -> list[_Target]:
        targets = self._targets
        if self._policy.balancing is Balancing.ROUND_ROBIN:
            self._turn = (self._turn + 1) % len(targets)
            targets = targets[self._turn :] + targets[: self._turn]
        now = self._clock.now()
        healthy: list[_Target] = []
        others: list[_Target] = []
        for target in targets:
            until = target.passed_over_until
            (healthy if until is None or now >= until else others).append(target)
        return healthy or others

    def _failed(self, subgraph: str, target: _Target) -> None:
        target.failures += 1
        if target.failures < self._policy.failures:
            return
        if target.passed_over_until is None:
            self._events.url_changed(subgraph, target.url, False)
        target.passed_over_until = self._clock.now() + self._policy.cool_down

    def _succeeded(self, subgraph: str, target: _Target) -> None:
        target.failures = 0
        if target.passed_over_until is not None:
            target.passed_over_until = None
            self._events.url_changed(subgraph, target.url, True)


def _targets(url: str, policy: UrlsPolicy) -> list[_Target]:
    return [_Target(entry) for entry in dict.fromkeys((url, *policy.urls))]


def _may_go_elsewhere(request: SubgraphRequest, error: TransportError) -> bool:
    return blames_subgraph(error) and (request.idempotent or not error.sent)


def _to(request: SubgraphRequest, url: str) -> SubgraphRequest:
    return SubgraphRequest(
        request.subgraph,
        url,
        request.body,
        request.headers,
        request.deadline,
        request.idempotent,
    )
