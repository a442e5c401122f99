from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from gateway.errors import Code
from gateway.transport.port import SubgraphRequest, TransportError
from gateway.transport.shaping.sharing import Sharing
from tests.transport.shaping.fakes import (
    Ear,
    Gate,
    Outcome,
    ScriptedTransport,
    broken,
    mutation,
    ok,
    query,
    settle,
)


class Scene:
    def __init__(self, ignored: frozenset[str] = frozenset()) -> None:
        self.gate = Gate(ok(b"shared"))
        self.subgraph = ScriptedTransport(by=self.gate)
        self.ear = Ear()
        self.sharing = Sharing(self.subgraph, self.ear, ignored)

    async def start(self, *requests: SubgraphRequest) -> list[asyncio.Task[object]]:
        tasks: list[asyncio.Task[object]] = []
        for request in requests:
            tasks.append(asyncio.create_task(self.sharing.send(request)))
            await settle()
        return tasks


async def test_identical_queries_are_sent_once() -> None:
    scene = Scene()
    tasks = await scene.start(*[query(b"q", ("authorization", "a")) for _ in range(5)])
    assert len(scene.subgraph.requests) == 1
    scene.gate.open()
    answers = await asyncio.gather(*tasks)
    assert all(answer is answers[0] for answer in answers)
    assert scene.ear.heard == [("shared", "s")] * 4


@pytest.mark.parametrize(
    "other",
    [
        query(b"other", ("authorization", "a")),
        query(b"q", ("authorization", "b")),
        query(b"q"),
        SubgraphRequest("s", "http://elsewhere/", b"q", (("authorization", "a"),)),
    ],
)
async def test_anything_different_is_sent(other: SubgraphRequest) -> None:
    scene = Scene()
    tasks = await scene.start(query(b"q", ("authorization", "a")), other)
    assert len(scene.subgraph.requests) == 2
    scene.gate.open()
    await asyncio.gather(*tasks)


async def test_ignored_headers_make_no_difference() -> None:
    scene = Scene(frozenset({"traceparent"}))
    tasks = await scene.start(query(b"q", ("traceparent", "1")), query(b"q", ("traceparent", "2")))
    assert len(scene.subgraph.requests) == 1
    scene.gate.open()
    await asyncio.gather(*tasks)


async def test_mutations_are_never_shared() -> None:
    scene = Scene()
    tasks = await scene.start(mutation(), mutation())
    assert len(scene.subgraph.requests) == 2
    scene.gate.open()
    await asyncio.gather(*tasks)


async def test_nothing_is_kept_afterwards() -> None:
    scene = Scene()
    scene.gate.open()
    for _ in range(3):
        await scene.sharing.send(query())
    assert len(scene.subgraph.requests) == 3


async def test_errors_are_shared() -> None:
    scene = Scene()
    tasks = await scene.start(query(), query(), query())
    scene.gate.open(broken())
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [TransportError] * 3
    assert len(scene.subgraph.requests) == 1


async def test_when_the_first_is_cancelled_another_takes_over() -> None:
    scene = Scene()
    tasks = await scene.start(query(), query(), query())
    tasks[0].cancel()
    await settle()
    assert len(scene.subgraph.requests) == 2
    scene.gate.open()
    assert [answer.body for answer in await asyncio.gather(*tasks[1:])] == [b"shared"] * 2  # type: ignore[attr-defined]


async def test_when_another_is_cancelled_the_rest_go_on() -> None:
    scene = Scene()
    tasks = await scene.start(query(), query(), query())
    tasks[1].cancel()
    await settle()
    scene.gate.open()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[1], asyncio.CancelledError)
    assert len(scene.subgraph.requests) == 1


async def test_the_deadline_of_the_first_is_not_the_others() -> None:
    outcomes: list[Outcome] = [broken(code=Code.GATEWAY_TIMEOUT), ok()]
    release = asyncio.Event()

    async def answer(_: SubgraphRequest) -> Outcome:
        await release.wait()
        return outcomes.pop(0)

    loop = asyncio.get_running_loop()
    sharing = Sharing(ScriptedTransport(by=answer), Ear())
    first = asyncio.create_task(sharing.send(query(deadline=loop.time() + 1)))
    await settle()
    second = asyncio.create_task(sharing.send(query(deadline=loop.time() + 60)))
    await settle()
    release.set()
    with pytest.raises(TransportError):
        await first
    assert (await second).status == 200


async def test_who_waits_keeps_an_own_deadline() -> None:
    scene = Scene()
    now = asyncio.get_running_loop().time()
    (first,) = await scene.start(query())
    with pytest.raises(TransportError) as caught:
        await scene.sharing.send(query(deadline=now + 0.01))
    assert caught.value.code is Code.GATEWAY_TIMEOUT
    scene.gate.open()
    await first


class Origin:
    """A client's request that counts who holds it."""

    def __init__(self) -> None:
        self.holds = 0

    def hold(self) -> None:
        self.holds += 1

    def release(self) -> None:
        self.holds -= 1


async def test_the_request_of_the_first_is_held_while_others_wait() -> None:
    scene, origin = Scene(), Origin()
    first = replace(query(), origin=origin)
    tasks = await scene.start(first)
    assert origin.holds == 0
    tasks += await scene.start(query(), query())
    assert origin.holds == 1
    tasks[1].cancel()
    await settle()
    assert origin.holds == 1
    tasks[2].cancel()
    await settle()
    assert origin.holds == 0
    tasks += await scene.start(query())
    assert origin.holds == 1
    scene.gate.open()
    await asyncio.gather(tasks[0], tasks[3])
    assert (origin.holds, len(scene.subgraph.requests)) == (0, 1)
