"""New versions take over without a lost request; unusable ones are refused."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.server.deployment import Deployment
from gateway.server.reload import Reloader, Source
from gateway.settings import Settings, load_settings
from tests.kit.local_subgraph import LocalSubgraph
from tests.server.gateway_kit import Deployed, deployed, eventually, supergraph_of, users


def extended() -> LocalSubgraph:
    """The users with one more field."""
    made = users()
    sdl = made.sdl.replace("  fails: String", "  fails: String\n  more: String")
    return LocalSubgraph("users", sdl, made.data, {**made.resolvers})


class Files:
    """A supergraph and a configuration on disk, and the reloader that reads them."""

    def __init__(self, folder: Path, gateway: Deployed) -> None:
        self.supergraph = folder / "supergraph.graphql"
        self.config = folder / "gateway.yaml"
        self.supergraph.write_text(supergraph_of([users()]))
        self.config.write_text("mode: production\n")
        self.source = Source(
            settings=lambda: load_settings(self.config, {}),
            supergraph=lambda _settings: self.supergraph,
            watched=lambda _settings: (self.supergraph, self.config),
        )
        self.reloader = Reloader(gateway.gateway, self.source, gateway.deploy)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(self.reloader.watch(stop))
        await asyncio.sleep(0.3)  # until the operating system watches
        try:
            yield
        finally:
            stop.set()
            task.cancel()
            await asyncio.wait([task])


async def until_version_changes(gateway: Deployed, version: str) -> None:
    async def changed() -> bool:
        return gateway.gateway.current.version != version

    await eventually(changed)


async def test_a_new_supergraph_takes_over(tmp_path: Path) -> None:
    async with deployed(subgraphs=[users()]) as gateway:
        files = Files(tmp_path, gateway)
        before = await gateway.post("{ more }")
        files.supergraph.write_text(supergraph_of([extended()]))
        assert await files.reloader.reload()
        after = await gateway.post("{ __typename more }")
    assert before.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "GRAPHQL_VALIDATION_FAILED" not in after.text


async def test_an_unchanged_version_is_not_loaded_again(tmp_path: Path) -> None:
    async with deployed(subgraphs=[users()]) as gateway:
        files = Files(tmp_path, gateway)
        await files.reloader.reload()
        current = gateway.gateway.current
        assert not await files.reloader.reload()
        assert gateway.gateway.current is current


@pytest.mark.parametrize(
    "text", ["", "type Query {", "type Query { a: Int }", "\x00\x01", "query { a }"]
)
async def test_a_bad_supergraph_is_refused_and_the_old_one_serves(
    tmp_path: Path, text: str
) -> None:
    async with deployed(subgraphs=[users()]) as gateway:
        files = Files(tmp_path, gateway)
        files.supergraph.write_text(text)
        assert not await files.reloader.reload()
        response = await gateway.post("{ me { name } }")
        health = await gateway.client.get("http://gateway/health/ready")
        files.supergraph.write_text(supergraph_of([users()]))
        await files.reloader.reload()
        mended = await gateway.client.get("http://gateway/health/ready")
    assert response.json() == {"data": {"me": {"name": "Ada"}}}
    assert health.status_code == 200
    assert health.json()["lastReloadRefused"] is True
    assert mended.json()["lastReloadRefused"] is False


async def test_bad_settings_are_refused_and_the_old_ones_hold(tmp_path: Path) -> None:
    async with deployed(subgraphs=[users()]) as gateway:
        files = Files(tmp_path, gateway)
        files.config.write_text("limits: {max_dept: 2}\n")
        assert not await files.reloader.reload()
        files.config.write_text("limits: {max_depth: 1}\n")
        assert await files.reloader.reload()
        response = await gateway.post("{ me { name } }")
    assert response.json()["errors"][0]["extensions"]["code"] == "MAX_DEPTH_LIMIT"


async def test_changed_files_are_noticed_also_when_they_are_replaced(tmp_path: Path) -> None:
    async with deployed(subgraphs=[users()]) as gateway:
        files = Files(tmp_path, gateway)
        await files.reloader.reload()
        first = gateway.gateway.current.version
        async with files.watching():
            files.supergraph.write_text(supergraph_of([extended()]))
            await until_version_changes(gateway, first)
            second = gateway.gateway.current.version
            other = tmp_path / "other"
            other.write_text("limits: {max_depth: 3}\n")
            other.replace(files.config)
            await until_version_changes(gateway, second)
        assert gateway.gateway.current.settings.limits.max_depth == 3


async def test_requests_in_flight_end_on_the_version_they_started_on(tmp_path: Path) -> None:
    slow = users()
    entered, go_on = asyncio.Event(), asyncio.Event()
    answer = slow.answer

    async def held(request: object) -> object:
        entered.set()
        await go_on.wait()
        return await answer(request)  # type: ignore[arg-type]

    slow.answer = held  # type: ignore[method-assign, assignment]
    async with deployed(subgraphs=[slow]) as gateway:
        files = Files(tmp_path, gateway)
        await files.reloader.reload()
        old = gateway.gateway.current
        released = asyncio.Event()
        close = old.close

        async def noted() -> None:
            released.set()
            await close()

        old.close = noted
        running = asyncio.create_task(gateway.post("{ me { name } }"))
        await entered.wait()
        files.supergraph.write_text(supergraph_of([extended()]))
        await files.reloader.reload()
        assert gateway.gateway.current is not old
        assert not released.is_set()
        go_on.set()
        response = await running
        async with asyncio.timeout(5):
            await released.wait()
    assert response.json() == {"data": {"me": {"name": "Ada"}}}


async def test_plans_are_warm_before_the_switch(tmp_path: Path) -> None:
    async with deployed(subgraphs=[users()]) as gateway:
        files = Files(tmp_path, gateway)
        await files.reloader.reload()
        for query in ("{ me { name } }", "{ fails }"):
            await gateway.post(query)
            await gateway.post(query)
        await gateway.post("{ once: me { name } }")
        files.supergraph.write_text(supergraph_of([extended()]))
        await files.reloader.reload()
        plans = gateway.gateway.current.pipeline.plans.cache
        assert len(plans) == 2  # what was asked for once is not likely to come again
        misses = plans.statistics.misses
        await gateway.post("query   {  me {name} }")
        assert plans.statistics.misses == misses


async def test_an_operation_that_is_no_longer_valid_does_not_stop_the_switch(
    tmp_path: Path,
) -> None:
    async with deployed(subgraphs=[extended()]) as gateway:
        await gateway.post("{ more }")
        await gateway.post("{ more }")
        files = Files(tmp_path, gateway)
        assert await files.reloader.reload()
        response = await gateway.post("{ me { name } }")
    assert response.status_code == 200


async def test_many_reloads_leave_nothing_behind(tmp_path: Path) -> None:
    """Old versions are collected: neither tasks, caches nor the switch keep them."""
    import weakref

    async with deployed(subgraphs=[users()]) as gateway:
        files = Files(tmp_path, gateway)
        seen: list[weakref.ref[Settings]] = []
        for number in range(12):
            files.config.write_text(f"limits: {{max_depth: {number + 3}}}\n")
            assert await files.reloader.reload()
            await gateway.post("{ me { name } }")
            seen.append(weakref.ref(gateway.gateway.current.pipeline))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        gc.collect()
        assert sum(reference() is not None for reference in seen) <= 2


async def test_a_change_during_a_reload_is_not_lost(tmp_path: Path) -> None:
    async with deployed() as gateway:
        files = Files(tmp_path, gateway)
        begun, proceed = asyncio.Event(), asyncio.Event()

        async def slowly(settings: Settings, sdl: str) -> Deployment:
            begun.set()
            await proceed.wait()
            made: Deployment = await gateway.deploy(settings, sdl)
            return made

        files.reloader = Reloader(gateway.gateway, files.source, slowly)
        async with files.watching():
            files.config.write_text("limits: {max_depth: 17}\n")
            await begun.wait()
            files.config.write_text("limits: {max_depth: 18}\n")
            proceed.set()

            async def latest() -> bool:
                return gateway.gateway.current.settings.limits.max_depth == 18

            await eventually(latest)
