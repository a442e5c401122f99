"""Sending again what failed, where that is safe and does not make things worse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from gateway.errors import Code
from gateway.transport.port import SubgraphRequest, SubgraphResponse, Transport, TransportError
from gateway.transport.shaping.clock import Clock
from gateway.transport.shaping.events import ShapingEvents
from gateway.transport.shaping.outcome import OVERLOADED_OR_AWAY, blames_subgraph
from gateway.transport.shaping.policy import RetryPolicy

_RESERVE = 10.0
"""Retries that are allowed before the share of requests counts, and the most that can be saved."""


class Retry:
    """Repeats queries, and mutations if they were certainly not received or the policy says so.

    A repetition is paid from a budget that requests fill (`RetryPolicy.budget` of one each), so a
    subgraph that is down gets at most that much more load. `Retry-After` is honoured: if it asks
    for more time than there is, the answer is returned as it is.
    """

    def __init__(
        self,
        inner: Transport,
        policy: RetryPolicy,
        clock: Clock,
        random: Callable[[], float],
        events: ShapingEvents,
        wall_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._inner = inner
        self._policy = policy
        self._clock = clock
        self._random = random
        self._events = events
        self._wall_clock = wall_clock
        self._budget = _RESERVE

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        policy = self._policy
        self._budget = min(_RESERVE, self._budget + policy.budget)
        until = self._clock.now() + policy.max_duration
        if request.deadline is not None and request.deadline < until:
            until = request.deadline
        attempt = 1
        while True:
            try:
                response = await self._inner.send(request)
            except TransportError as error:
                if not self._may_repeat_after(request, error):
                    raise
                failure: TransportError | SubgraphResponse = error
            else:
                if response.status not in OVERLOADED_OR_AWAY or not self._is_repeatable(request):
                    return response
                failure = response
            pause = self._pause(failure, attempt)
            if (
                attempt >= policy.max_attempts
                or self._clock.now() + pause >= until
                or self._budget < 1
            ):
                if isinstance(failure, TransportError):
                    raise failure
                return failure
            self._budget -= 1
            attempt += 1
            await self._clock.sleep(pause)
            self._events.retried(request.subgraph, attempt)

    async def close(self) -> None:
        await self._inner.close()

    def _is_repeatable(self, request: SubgraphRequest) -> bool:
        return request.idempotent or self._policy.retry_mutations

    def _may_repeat_after(self, request: SubgraphRequest, error: TransportError) -> bool:
        if not error.sent:
            return blames_subgraph(error)
        # A subgraph that took all of its time gets no second helping of it.
        timed_out = error.code is Code.GATEWAY_TIMEOUT
        return blames_subgraph(error) and not timed_out and self._is_repeatable(request)

    def _pause(self, failure: TransportError | SubgraphResponse, attempt: int) -> float:
        # Half of the pause is random: clients that failed together must not return together.
        backoff = self._policy.interval * 2.0 ** (attempt - 1) * (0.5 + self._random() / 2)
        if isinstance(failure, TransportError):
            return backoff
        asked = _retry_after(failure.header("retry-after"), self._wall_clock())
        return backoff if asked is None else max(asked, backoff)


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header (RFC 9110, section 10.2.3), if it has a meaning."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
