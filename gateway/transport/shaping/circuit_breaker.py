"""Refusing calls to a subgraph that keeps failing, so that it and we can recover."""

from __future__ import annotations

import math

from gateway.errors import Code
from gateway.transport.port import SubgraphRequest, SubgraphResponse, Transport, TransportError
from gateway.transport.shaping.clock import Clock
from gateway.transport.shaping.events import BreakerState, ShapingEvents
from gateway.transport.shaping.outcome import blames_subgraph, is_failure
from gateway.transport.shaping.policy import BreakerPolicy

_SLICES = 10


class RollingCounts:
    """Calls and failures of the last `window` seconds, in slices of a tenth of it."""

    def __init__(self, window: float) -> None:
        self._width = window / _SLICES
        self._slices = [[-1, 0, 0] for _ in range(_SLICES)]  # number of the slice, calls, failures
        self._current = self._slices[0]
        self._until = -math.inf  # the end of the current slice

    def add(self, now: float, failed: bool) -> None:
        """Count a call."""
        if now >= self._until:
            number = int(now / self._width)
            self._current = self._slices[number % _SLICES]
            self._current[:] = [number, 0, 0]
            self._until = (number + 1) * self._width
        self._current[1] += 1
        if failed:
            self._current[2] += 1

    def totals(self, now: float) -> tuple[int, int]:
        """Calls and failures in the window."""
        oldest = int(now / self._width) - _SLICES + 1
        current = [entry for entry in self._slices if entry[0] >= oldest]
        return sum(entry[1] for entry in current), sum(entry[2] for entry in current)

    def clear(self) -> None:
        """Forget everything."""
        for entry in self._slices:
            entry[:] = [-1, 0, 0]
        self._until = -math.inf


class CircuitBreaker:
    """A circuit breaker as `BreakerPolicy` describes it, for one subgraph."""

    def __init__(
        self,
        inner: Transport,
        subgraph: str,
        policy: BreakerPolicy,
        clock: Clock,
        events: ShapingEvents,
    ) -> None:
        self.state = BreakerState.CLOSED
        self._inner = inner
        self._subgraph = subgraph
        self._policy = policy
        self._clock = clock
        self._events = events
        self._counts = RollingCounts(policy.window)
        self._opened_at = 0.0
        self._probes = 0
        self._successes = 0
        # Calls that started before a change of state say nothing about the state after it.
        self._epoch = 0

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        if self.state is not BreakerState.CLOSED:
            self._admit_probe()
        epoch = self._epoch
        try:
            response = await self._inner.send(request)
        except TransportError as error:
            if blames_subgraph(error):
                self._record(epoch, failed=True)
            else:
                self._release(epoch)
            raise
        except BaseException:
            self._release(epoch)
            raise
        if response.status < 400 and self.state is BreakerState.CLOSED and epoch == self._epoch:
            self._counts.add(self._clock.now(), False)
        else:
            self._record(epoch, failed=is_failure(response.status))
        return response

    async def close(self) -> None:
        await self._inner.close()

    # ------------------------------------------------------------------------------------------

    def _admit_probe(self) -> None:
        if self.state is BreakerState.OPEN:
            waited = self._clock.now() - self._opened_at
            if waited < self._policy.reset_timeout:
                raise self._refusal()
            self._change(BreakerState.HALF_OPEN)
        if self._probes + self._successes >= self._policy.half_open_attempts:
            raise self._refusal()
        self._probes += 1

    def _record(self, epoch: int, *, failed: bool) -> None:
        if epoch != self._epoch:
            return
        if self.state is BreakerState.HALF_OPEN:
            self._probes -= 1
            self._judge_probe(failed)
            return
        now = self._clock.now()
        self._counts.add(now, failed)
        if not failed:
            return
        calls, failures = self._counts.totals(now)
        policy = self._policy
        if calls >= policy.volume_threshold and failures >= policy.error_threshold * calls:
            self._change(BreakerState.OPEN)

    def _judge_probe(self, failed: bool) -> None:
        if failed:
            self._change(BreakerState.OPEN)
            return
        self._successes += 1
        if self._successes >= self._policy.half_open_attempts:
            self._change(BreakerState.CLOSED)

    def _release(self, epoch: int) -> None:
        """A call ended without saying anything about the subgraph (cancelled, for example)."""
        if epoch == self._epoch and self.state is BreakerState.HALF_OPEN:
            self._probes -= 1

    def _change(self, state: BreakerState) -> None:
        self.state = state
        self._epoch += 1
        self._probes = self._successes = 0
        self._counts.clear()
        if state is BreakerState.OPEN:
            self._opened_at = self._clock.now()
        self._events.breaker_changed(self._subgraph, state)

    def _refusal(self) -> TransportError:
        return TransportError(
            Code.DOWNSTREAM_SERVICE_ERROR,
            f"the circuit breaker of {self._subgraph} is {self.state}",
            sent=False,
        )
