"""Several addresses of a subgraph, as an operator configures them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from gateway.app import create_shaped_transport
from gateway.settings import Settings
from gateway.transport.port import SubgraphRequest
from tests.server.gateway_kit import users


@asynccontextmanager
async def served() -> AsyncIterator[tuple[str, Any]]:
    subgraph = users()
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    config = uvicorn.Config(
        subgraph.app, interface="asgi3", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]))
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/", subgraph
    finally:
        server.should_exit = True
        await task


async def test_another_address_serves_when_the_first_is_down() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    async with served() as (alive, subgraph):
        shaping = {"subgraphs": {"users": {"failover": {"urls": [alive], "failures": 1}}}}
        settings = Settings.model_validate({"traffic_shaping": shaping})
        transport = create_shaped_transport(settings)
        try:
            for _ in range(3):
                request = SubgraphRequest("users", dead, b'{"query":"{ me { id } }"}')
                response = await transport.send(request)
                assert response.status == 200
        finally:
            await transport.close()
        assert len(subgraph.calls) == 3
