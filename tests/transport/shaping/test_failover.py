from __future__ import annotations

import pytest

from gateway.transport.port import SubgraphRequest, TransportError
from gateway.transport.shaping.failover import Failover
from gateway.transport.shaping.policy import Balancing, UrlsPolicy
from tests.transport.shaping.fakes import (
    URL,
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

SECOND, THIRD = "http://second/", "http://third/"


class Scene:
    """Three URLs, of which the test breaks some."""

    def __init__(self, balancing: Balancing = Balancing.FAILOVER) -> None:
        self.clock = HandClock()
        self.ear = Ear()
        self.bad: dict[str, Outcome] = {}
        self.seen: list[str] = []

        async def answer(request: SubgraphRequest) -> Outcome:
            self.seen.append(request.url)
            return self.bad.get(request.url, ok())

        policy = UrlsPolicy((SECOND, THIRD), balancing, failures=2, cool_down=10.0)
        self.failover = Failover(ScriptedTransport(by=answer), URL, policy, self.clock, self.ear)

    async def ask(self, request: SubgraphRequest) -> list[str]:
        self.seen.clear()
        await self.failover.send(request)
        return list(self.seen)


async def test_the_first_url_is_used_while_it_is_healthy() -> None:
    scene = Scene()
    for _ in range(3):
        assert await scene.ask(query()) == [URL]


@pytest.mark.parametrize("outcome", [broken(), broken(sent=False), status(503)])
async def test_a_query_goes_to_the_next_url(outcome: Outcome) -> None:
    scene = Scene()
    scene.bad = {URL: outcome}
    assert await scene.ask(query()) == [URL, SECOND]


async def test_a_url_that_keeps_failing_is_passed_over_until_it_has_cooled_down() -> None:
    scene = Scene()
    scene.bad = {URL: broken()}
    for _ in range(2):
        await scene.ask(query())
    assert await scene.ask(query()) == [SECOND]
    assert scene.ear.heard == [("url", "s", URL, "down")]
    scene.clock.time += 10.0
    assert await scene.ask(query()) == [URL, SECOND]
    assert await scene.ask(query()) == [SECOND]
    scene.bad = {}
    scene.clock.time += 10.0
    assert await scene.ask(query()) == [URL]
    assert scene.ear.heard[-1] == ("url", "s", URL, "up")


async def test_a_mutation_goes_on_only_if_it_was_not_received() -> None:
    scene = Scene()
    scene.bad = {URL: broken(sent=False)}
    assert await scene.ask(mutation()) == [URL, SECOND]
    scene.bad = {URL: broken()}
    with pytest.raises(TransportError):
        await scene.ask(mutation())
    assert scene.seen == [URL]


async def test_when_all_are_passed_over_all_are_tried() -> None:
    scene = Scene()
    scene.bad = dict.fromkeys((URL, SECOND, THIRD), broken())
    for _ in range(3):
        with pytest.raises(TransportError):
            await scene.ask(query())
    assert scene.seen == [URL, SECOND, THIRD]


async def test_round_robin_spreads_and_passes_over() -> None:
    scene = Scene(Balancing.ROUND_ROBIN)
    used = [(await scene.ask(query()))[0] for _ in range(6)]
    assert sorted(used) == sorted([URL, SECOND, THIRD] * 2)
    scene.bad = {SECOND: broken()}
    for _ in range(6):
        await scene.ask(query())
    used = [(await scene.ask(query()))[0] for _ in range(6)]
    assert SECOND not in used


async def test_a_new_url_of_the_supergraph_replaces_the_old_one() -> None:
    scene = Scene()
    request = SubgraphRequest("s", "http://moved/", b"q")
    assert await scene.ask(request) == ["http://moved/"]
