"""Every scenario through `c2c serve`: gateway and subgraphs as servers, on both supergraphs.

One supergraph is the recorded one, which Apollo's composer made, the other one ours.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
import uvicorn

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.plan.world import INTERFACES, Case, Operation, WorldSubgraph
from tests.server.test_serve_command import Serving, serving

HERE = Path(__file__).parent
NAMES = [path.stem for path in sorted((HERE / "cases").glob("*.yaml"))]
REFUSED = {"keys_mashup"}
"""Scenarios that our composer refuses."""


class WorldServer:
    """The subgraphs of a case as one HTTP server: each at a path of its name."""

    def __init__(self, case: Case) -> None:
        self.subgraphs = {name: WorldSubgraph(name, sdl, case) for name, sdl in case.subgraphs.items()}

    @property
    def violations(self) -> list[str]:
        return [each for one in self.subgraphs.values() for each in one.violations]

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer = self.subgraphs[scope["path"].strip("/")].answer(body)
        head = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": orjson.dumps(answer)})

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Listen on a free port; yields the URL."""
        bound = socket.socket()
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        config = uvicorn.Config(
            self.app, interface="asgi3", lifespan="off", log_config=None, access_log=False
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


def recorded(case: Case) -> str:
    return (HERE / "golden" / case.name / "supergraph.graphql").read_text("utf-8")


def own(case: Case) -> str:
    sources = [SubgraphSource(name, f"http://{name}", sdl) for name, sdl in case.subgraphs.items()]
    composed = compose(sources)
    assert composed.supergraph_sdl is not None, composed.errors
    return composed.supergraph_sdl


@pytest.mark.parametrize(
    ("name", "make"),
    [pytest.param(name, make, id=f"{name}-{make.__name__}") for name in NAMES
     for make in (recorded, own) if make is recorded or name not in REFUSED],
)
async def test_scenario(name: str, make: Any, tmp_path: Path) -> None:
    case = Case.read(HERE / "cases" / f"{name}.yaml")
    world = WorldServer(case)
    async with world.serve() as url:
        text = re.sub(
            r'(@join__graph\(name: "(\w+)", url: )"[^"]*"', rf'\1"{url}/\2"', make(case)
        )
        supergraph = read_supergraph(text)
        INTERFACES[name] = dict(supergraph.possible_types)
        schema = public_schema(supergraph)
        file = tmp_path / "supergraph.graphql"
        file.write_text(text, "utf-8")
        async with serving("--supergraph", str(file)) as gateway:
            for operation in case.operations:
                if operation.labels or "@defer" in operation.query:
                    continue  # a share of the requests; an answer of several parts
                expected = operation.expected or case.monolith(schema, operation).data
                await check(gateway, operation, expected)
                assert not world.violations, (operation.name, world.violations)


async def check(gateway: Serving, operation: Operation, expected: Any) -> None:
    request = {"query": operation.query, "variables": operation.variables}
    response = await gateway.client.post(gateway.url, json=request)
    answer = response.json()
    if operation.invalid or operation.fails:
        assert answer.get("data") is None, operation.name
        assert answer["errors"], operation.name
        return
    assert response.status_code == 200, answer
    assert ("errors" in answer) is operation.errors, (operation.name, answer)
    assert orjson.dumps(answer["data"]) == orjson.dumps(expected), operation.name
