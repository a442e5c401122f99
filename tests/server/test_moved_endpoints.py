"""A reload that moves an endpoint: of a subgraph, or the gateway's own. Real sockets throughout."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.server.gateway_kit import Deployed, composed, listening, users
from tests.server.test_reload import Files
from tests.transport.peer import Exchange, Peer, eventually, peer

QUERY = "{ me { name } }"


class Moving:
    """A subgraph that tells at which path it was asked; answers at `held` wait for `go_on`."""

    def __init__(self) -> None:
        self.held = ""
        self.go_on = asyncio.Event()

    async def answer(self, exchange: Exchange) -> None:
        path = exchange.request_line.split(" ")[1]
        if path == self.held:
            await self.go_on.wait()
        await exchange.answer(b'{"data":{"me":{"name":"%b"}}}' % path.encode())


@asynccontextmanager
async def scene(folder: Path, moving: Moving) -> AsyncIterator[tuple[Deployed, Peer, Files]]:
    """A gateway that reads its files, before a subgraph at `/one`."""
    async with (
        peer(moving.answer) as behind,
        listening(subgraphs=[users()], own_transport=False) as gateway,
    ):
        files = Files(folder, gateway)
        move(files, behind, "/one")
        assert await files.reloader.reload()
        yield gateway, behind, files


def move(files: Files, behind: Peer, path: str) -> None:
    """The supergraph with the subgraph at another path of the same server."""
    url = behind.url.replace("/graphql", path)
    files.supergraph.write_text(composed((("users", url, users().sdl),)))


async def name(gateway: Deployed) -> str:
    answer: str = (await gateway.post(QUERY)).json()["data"]["me"]["name"]
    return answer


@pytest.mark.parametrize("by", ["supergraph", "override"])
async def test_requests_go_where_the_subgraph_is_now(tmp_path: Path, by: str) -> None:
    moving = Moving()
    async with scene(tmp_path, moving) as (gateway, behind, files):
        assert await name(gateway) == "/one"
        for path in ("/two?v=2", "/one", "/two"):
            if by == "supergraph":
                move(files, behind, path)
            else:
                url = behind.url.replace("/graphql", path)
                files.config.write_text(f"override_subgraph_url: {{users: '{url}'}}\n")
            assert await files.reloader.reload()
            assert [await name(gateway) for _ in range(2)] == [path, path]
        # The versions that were replaced have closed what they had open.
        await eventually(lambda: behind.open_connections == 1)


async def test_what_is_under_way_ends_at_the_old_place(tmp_path: Path) -> None:
    moving = Moving()
    async with scene(tmp_path, moving) as (gateway, behind, files):
        moving.held = "/one"
        running = asyncio.create_task(name(gateway))
        await eventually(lambda: behind.exchanges)
        move(files, behind, "/two")
        assert await files.reloader.reload()
        assert await name(gateway) == "/two"
        assert not running.done()
        moving.go_on.set()
        assert await running == "/one"


async def test_an_identical_request_does_not_share_an_answer_of_the_old_place(
    tmp_path: Path,
) -> None:
    """Requests that are alike share one fetch; those of another version do not."""
    moving = Moving()
    async with scene(tmp_path, moving) as (gateway, behind, files):
        moving.held = "/one"
        old = [asyncio.create_task(name(gateway)) for _ in range(3)]
        await eventually(lambda: behind.exchanges)
        move(files, behind, "/two")
        assert await files.reloader.reload()
        new = [asyncio.create_task(name(gateway)) for _ in range(3)]
        assert await asyncio.gather(*new) == ["/two"] * 3
        moving.go_on.set()
        assert await asyncio.gather(*old) == ["/one"] * 3


async def test_a_kept_answer_of_the_old_place_is_not_given(tmp_path: Path) -> None:
    moving = Moving()
    caching = "response_cache: {enabled: true, all: {ttl: 60s}}\n"
    async with scene(tmp_path, moving) as (gateway, behind, files):
        files.config.write_text(caching)
        assert await files.reloader.reload()
        assert [await name(gateway) for _ in range(2)] == ["/one", "/one"]
        move(files, behind, "/two")
        assert await files.reloader.reload()
        assert await name(gateway) == "/two"


async def test_the_gateways_own_endpoint_moves_on_open_connections(tmp_path: Path) -> None:
    async with scene(tmp_path, Moving()) as (gateway, _behind, files):
        here, there = gateway.url, gateway.url.replace("/graphql", "/api/graph")
        assert (await gateway.post(QUERY)).status_code == 200
        files.config.write_text("supergraph: {endpoint: /api/graph}\n")
        assert await files.reloader.reload()
        assert (await gateway.post(QUERY)).status_code == 404
        gateway.url = there
        assert await name(gateway) == "/one"
        files.config.write_text("mode: production\n")
        assert await files.reloader.reload()
        assert (await gateway.post(QUERY)).status_code == 404
        gateway.url = here
        assert await name(gateway) == "/one"
