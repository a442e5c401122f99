from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Code
from gateway.transport.port import TransportError
from gateway.transport.shaping.circuit_breaker import CircuitBreaker, RollingCounts
from gateway.transport.shaping.events import BreakerState
from gateway.transport.shaping.policy import BreakerPolicy
from tests.transport.shaping.fakes import (
    Ear,
    Gate,
    HandClock,
    Outcome,
    ScriptedTransport,
    broken,
    ok,
    query,
    settle,
    status,
)

POLICY = BreakerPolicy(
    error_threshold=0.5, volume_threshold=4, reset_timeout=30.0, half_open_attempts=2, window=10.0
)


class Scene:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.ear = Ear()
        self.next: Outcome = ok()
        self.calls = 0

        async def answer(_: object) -> Outcome:
            self.calls += 1
            return self.next

        self.breaker = CircuitBreaker(
            ScriptedTransport(by=answer), "s", POLICY, self.clock, self.ear
        )

    async def call(self, outcome: Outcome | None = None) -> str:
        if outcome is not None:
            self.next = outcome
        try:
            return str((await self.breaker.send(query())).status)
        except TransportError as error:
            return str(error.code)

    async def opened(self) -> Scene:
        for _ in range(4):
            await self.call(broken())
        assert self.breaker.state is BreakerState.OPEN
        return self


async def test_it_opens_at_the_threshold_and_refuses_without_calling() -> None:
    scene = await Scene().opened()
    assert await scene.call(ok()) == Code.DOWNSTREAM_SERVICE_ERROR
    assert scene.calls == 4
    assert scene.ear.heard == [("breaker", "s", "open")]


async def test_a_refusal_was_not_sent() -> None:
    scene = await Scene().opened()
    with pytest.raises(TransportError) as caught:
        await scene.breaker.send(query())
    assert not caught.value.sent


async def test_few_calls_open_nothing() -> None:
    scene = Scene()
    for _ in range(3):
        await scene.call(broken())
    assert scene.breaker.state is BreakerState.CLOSED


async def test_a_share_below_the_threshold_opens_nothing() -> None:
    scene = Scene()
    for _ in range(20):
        await scene.call(ok())
        await scene.call(ok())
        await scene.call(broken())
    assert scene.breaker.state is BreakerState.CLOSED


async def test_failures_are_forgotten_after_the_window() -> None:
    scene = Scene()
    for _ in range(3):
        await scene.call(broken())
    scene.clock.time += 10.0
    await scene.call(broken())
    assert scene.breaker.state is BreakerState.CLOSED


@pytest.mark.parametrize("outcome", [status(500), status(503), status(429)])
async def test_failing_statuses_count(outcome: Outcome) -> None:
    scene = Scene()
    for _ in range(4):
        await scene.call(outcome)
    assert scene.breaker.state is BreakerState.OPEN


@pytest.mark.parametrize(
    "outcome",
    [
        status(400),
        status(404),
        broken(code=Code.BAD_REQUEST),
        broken(code=Code.DOWNSTREAM_SERVICE_ERROR),
        broken(code=Code.SUBREQUEST_TOO_LARGE),
    ],
)
async def test_what_is_not_the_subgraphs_fault_does_not_count(outcome: Outcome) -> None:
    scene = Scene()
    for _ in range(10):
        await scene.call(outcome)
    assert scene.breaker.state is BreakerState.CLOSED


async def test_it_closes_after_successful_probes() -> None:
    scene = await Scene().opened()
    scene.clock.time += 30.0
    assert await scene.call(ok()) == "200"
    assert scene.breaker.state is BreakerState.HALF_OPEN
    assert await scene.call(ok()) == "200"
    assert scene.breaker.state is BreakerState.CLOSED


async def test_a_failed_probe_opens_it_again_for_the_whole_time() -> None:
    scene = await Scene().opened()
    scene.clock.time += 30.0
    await scene.call(broken())
    assert scene.breaker.state is BreakerState.OPEN
    scene.clock.time += 29.9
    assert await scene.call(ok()) == Code.DOWNSTREAM_SERVICE_ERROR
    scene.clock.time += 0.1
    assert await scene.call(ok()) == "200"


async def test_only_so_many_probes_at_once_and_cancelled_ones_free_their_place() -> None:
    clock, gate = HandClock(), Gate(ok())
    failing = True

    async def answer(request: object) -> Outcome:
        return broken() if failing else await gate(request)  # type: ignore[arg-type]

    breaker = CircuitBreaker(ScriptedTransport(by=answer), "s", POLICY, clock, Ear())
    for _ in range(4):
        with pytest.raises(TransportError):
            await breaker.send(query())
    failing = False
    clock.time += 30.0
    probes = [asyncio.create_task(breaker.send(query())) for _ in range(2)]
    await settle()
    with pytest.raises(TransportError):
        await breaker.send(query())
    probes[0].cancel()
    await settle()
    probes[0] = asyncio.create_task(breaker.send(query()))
    await settle()
    gate.open()
    await asyncio.gather(*probes)
    assert breaker.state is BreakerState.CLOSED


async def test_calls_from_before_do_not_judge_the_probes() -> None:
    clock, gate = HandClock(), Gate(broken())
    slow = asyncio.Event()

    async def answer(request: object) -> Outcome:
        return await gate(request) if not slow.is_set() else broken()  # type: ignore[arg-type]

    breaker = CircuitBreaker(ScriptedTransport(by=answer), "s", POLICY, clock, Ear())
    old = asyncio.create_task(breaker.send(query()))
    await settle()
    slow.set()
    for _ in range(4):
        with pytest.raises(TransportError):
            await breaker.send(query())
    clock.time += 30.0
    slow.clear()
    probe = asyncio.create_task(breaker.send(query()))
    await settle()
    assert breaker.state is BreakerState.HALF_OPEN
    gate.open(ok())
    await asyncio.gather(old, probe)
    assert breaker.state is BreakerState.HALF_OPEN  # one success of two


@given(
    st.lists(
        st.tuples(st.floats(min_value=0.0, max_value=3.0), st.booleans()), min_size=1, max_size=60
    )
)
def test_rolling_counts_cover_nine_tenths_to_the_whole_of_the_window(
    calls: list[tuple[float, bool]],
) -> None:
    counts, now, log = RollingCounts(10.0), 0.0, []
    for pause, failed in calls:
        now += pause
        counts.add(now, failed)
        log.append((now, failed))
    total, failures = counts.totals(now)
    surely = [failed for at, failed in log if at > now - 9.0]
    perhaps = [failed for at, failed in log if at > now - 10.0 - 1e-9]
    assert len(surely) <= total <= len(perhaps)
    assert sum(surely) <= failures <= sum(perhaps)
