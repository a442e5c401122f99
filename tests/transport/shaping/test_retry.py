from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.errors import Code
from gateway.transport.port import SubgraphRequest, TransportError
from gateway.transport.shaping.policy import RetryPolicy
from gateway.transport.shaping.retry import Retry
from tests.transport.shaping.fakes import (
    Ear,
    HandClock,
    Outcome,
    ScriptedTransport,
    broken,
    mutation,
    ok,
    query,
    status,
)

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


class Scene:
    """A retry over a scripted subgraph; jitter is at its greatest."""

    def __init__(self, *outcomes: Outcome, policy: RetryPolicy | None = None) -> None:
        self.clock = HandClock()
        self.ear = Ear()
        self.subgraph = ScriptedTransport(*outcomes)
        self.retry = Retry(
            self.subgraph,
            policy or RetryPolicy(),
            self.clock,
            lambda: 1.0,
            self.ear,
            wall_clock=lambda: NOON,
        )

    async def status_of(self, request: SubgraphRequest) -> int | Code:
        try:
            return (await self.retry.send(request)).status
        except TransportError as error:
            return error.code


async def test_a_query_is_repeated_with_growing_pauses() -> None:
    scene = Scene(broken(), broken(), ok())
    assert await scene.status_of(query()) == 200
    assert scene.clock.slept == [0.1, 0.2]
    assert scene.ear.heard == [("retried", "s", "2"), ("retried", "s", "3")]


async def test_jitter_takes_up_to_half_of_the_pause() -> None:
    scene = Scene(broken(), ok())
    scene.retry._random = lambda: 0.0
    await scene.retry.send(query())
    assert scene.clock.slept == [0.05]


async def test_attempts_are_counted() -> None:
    scene = Scene(broken())
    assert await scene.status_of(query()) is Code.SUBREQUEST_HTTP_ERROR
    assert len(scene.subgraph.requests) == 3


@pytest.mark.parametrize("code", [429, 502, 503, 504])
async def test_statuses_that_say_later(code: int) -> None:
    scene = Scene(status(code), ok())
    assert await scene.status_of(query()) == 200


@pytest.mark.parametrize("code", [200, 400, 401, 404, 500])
async def test_other_statuses_are_answers(code: int) -> None:
    scene = Scene(status(code), ok())
    assert await scene.status_of(query()) == code
    assert len(scene.subgraph.requests) == 1


async def test_the_last_answer_is_returned_when_attempts_are_used_up() -> None:
    scene = Scene(status(503))
    assert await scene.status_of(query()) == 503


async def test_a_mutation_that_may_have_arrived_is_not_repeated() -> None:
    for outcome in (broken(), status(503)):
        scene = Scene(outcome, ok())
        assert await scene.status_of(mutation()) != 200
        assert len(scene.subgraph.requests) == 1


async def test_a_mutation_that_was_certainly_not_sent_is_repeated() -> None:
    scene = Scene(broken(sent=False), ok())
    assert await scene.status_of(mutation()) == 200


async def test_mutations_are_repeated_where_the_policy_says_so() -> None:
    scene = Scene(broken(), status(503), ok(), policy=RetryPolicy(retry_mutations=True))
    assert await scene.status_of(mutation()) == 200


@pytest.mark.parametrize("code", [Code.DOWNSTREAM_SERVICE_ERROR, Code.SUBREQUEST_TOO_LARGE])
async def test_what_repeating_cannot_mend_is_not_repeated(code: Code) -> None:
    scene = Scene(broken(code=code), ok())
    assert await scene.status_of(query()) is code


async def test_retry_after_in_seconds_is_honoured() -> None:
    scene = Scene(status(503, ("retry-after", "2")), ok())
    assert await scene.status_of(query()) == 200
    assert scene.clock.slept == [2.0]


async def test_retry_after_as_a_date_is_honoured() -> None:
    scene = Scene(status(429, ("retry-after", "Mon, 23 Nov 2026 12:00:03 GMT")), ok())
    assert await scene.status_of(query()) == 200
    assert scene.clock.slept == [3.0]


@pytest.mark.parametrize("value", ["soon", "-1", "", "٣", "Mon, 99 Nov 2026"])
async def test_retry_after_without_meaning_is_ignored(value: str) -> None:
    scene = Scene(status(503, ("retry-after", value)), ok())
    assert await scene.status_of(query()) == 200
    assert scene.clock.slept == [0.1]


async def test_a_retry_after_beyond_the_time_left_returns_the_answer() -> None:
    scene = Scene(status(503, ("retry-after", "60")), ok())
    assert await scene.status_of(query()) == 503
    assert scene.clock.slept == []


async def test_no_attempt_starts_after_the_deadline() -> None:
    scene = Scene(broken(), ok())
    deadline = scene.clock.now() + 0.05
    assert await scene.status_of(query(deadline=deadline)) is Code.SUBREQUEST_HTTP_ERROR
    assert len(scene.subgraph.requests) == 1


async def test_the_budget_bounds_the_load_of_an_outage() -> None:
    scene = Scene(broken(), policy=RetryPolicy(budget=0.2))
    for _ in range(1000):
        await scene.status_of(query())
    # 1000 requests, 10 in reserve, and a fifth of the requests.
    assert 1190 <= len(scene.subgraph.requests) <= 1211


async def test_without_a_budget_only_the_reserve_is_spent() -> None:
    scene = Scene(broken(), policy=RetryPolicy(budget=0.0))
    for _ in range(100):
        await scene.status_of(query())
    assert len(scene.subgraph.requests) == 110


async def test_a_subgraph_that_took_all_of_its_time_is_not_asked_again() -> None:
    scene = Scene(broken(code=Code.GATEWAY_TIMEOUT), ok())
    assert await scene.status_of(query()) is Code.GATEWAY_TIMEOUT
    scene = Scene(broken(code=Code.GATEWAY_TIMEOUT, sent=False), ok())
    assert await scene.status_of(query()) == 200
