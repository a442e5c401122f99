"""What the durable engine promises, on DBOS with SQLite."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from subgraphs.engagement.durable.dbos_engine import DbosSettings, dbos_engine
from subgraphs.engagement.durable.executors import ExecutorLocks
from subgraphs.engagement.durable.port import InputMismatchError, Phase


async def ended(engine, workflow_id: str) -> Phase:
    async with asyncio.timeout(10):
        while True:
            phase = await engine.phase(workflow_id)
            if phase is not Phase.UNDER_WAY:
                return phase
            await asyncio.sleep(0.01)


@pytest.fixture
def settings(tmp_path: Path) -> DbosSettings:
    return DbosSettings(tmp_path, sweep_seconds=0.05)


async def test_a_body_runs_once_for_an_id(settings: DbosSettings):
    seen = []

    async def body(journal, given):
        async def work():
            seen.append(given["n"])
            return {"done": given["n"]}

        assert await journal.step("work", work) == {"done": given["n"]}

    async with dbos_engine(settings, body) as engine:
        await asyncio.gather(*(engine.start("one", {"n": 1}) for _ in range(5)))
        await engine.start("two", {"n": 2})
        assert {await ended(engine, "one"), await ended(engine, "two")} == {Phase.ENDED}
        assert sorted(seen) == [1, 2]
        assert await engine.phase("three") is None


async def test_an_id_that_is_used_for_another_input_is_refused(settings: DbosSettings):
    async def body(journal, given): ...

    async with dbos_engine(settings, body) as engine:
        await engine.start("one", {"n": 1})
        with pytest.raises(InputMismatchError):
            await engine.start("one", {"n": 2})
        await ended(engine, "one")
        with pytest.raises(InputMismatchError):
            await engine.start("one", {"n": 2})


async def test_what_is_under_way_when_an_executor_ends_is_taken_up_by_the_next(
    settings: DbosSettings,
):
    seen, begun, gate = [], asyncio.Event(), asyncio.Event()

    async def body(journal, given):
        for name in ("first", "second"):

            async def work(name=name):
                if name == "second":
                    begun.set()
                    await gate.wait()
                seen.append(name)

            await journal.step(name, work)

    async with dbos_engine(settings, body) as engine:
        await engine.start("one", {})
        await begun.wait()
    assert seen == ["first"]
    gate.set()
    async with dbos_engine(settings, body) as engine:
        assert await ended(engine, "one") is Phase.ENDED
    assert seen == ["first", "second"]


async def test_a_body_that_fails_is_seen_to_have_failed(settings: DbosSettings):
    async def body(journal, given):
        raise ValueError("a fault of the body")

    async with dbos_engine(settings, body) as engine:
        await engine.start("one", {})
        assert await ended(engine, "one") is Phase.FAILED


async def test_only_what_ended_long_ago_is_purged(settings: DbosSettings):
    gate = asyncio.Event()

    async def body(journal, given):
        if given["wait"]:
            await journal.step("wait", gate.wait)

    async with dbos_engine(settings, body) as engine:
        await engine.start("ended", {"wait": False})
        await engine.start("under way", {"wait": True})
        await ended(engine, "ended")
        now = datetime.now(UTC)
        assert await engine.purge(now - timedelta(hours=1)) == 0
        assert await engine.purge(now + timedelta(hours=1)) == 1
        assert await engine.phase("ended") is None
        assert await engine.phase("under way") is Phase.UNDER_WAY
        gate.set()
        await ended(engine, "under way")


class TestExecutorLocks:
    def test_a_living_executor_is_nobody_s_to_recover(self, tmp_path: Path):
        one, other = ExecutorLocks(tmp_path, "one"), ExecutorLocks(tmp_path, "other")
        one.hold()
        other.hold()
        assert one.take_over() == other.take_over() == []

    def test_an_ended_one_is_recovered_by_exactly_one(self, tmp_path: Path):
        names = ("one", "two", "three")
        one, two, three = (ExecutorLocks(tmp_path, name) for name in names)
        for each in (one, two, three):
            each.hold()
        one.release()
        [dead] = two.take_over()
        assert dead.id == "one"
        assert three.take_over() == []
        dead.abandoned()
        [again] = three.take_over()
        again.recovered()
        assert two.take_over() == []

    def test_an_id_is_held_once(self, tmp_path: Path):
        ExecutorLocks(tmp_path, "one").hold()
        with pytest.raises(OSError, match="running already"):
            ExecutorLocks(tmp_path, "one").hold()
