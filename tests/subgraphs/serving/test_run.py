"""Several subgraphs in one process: each on its port, ended together, refusing a taken port."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi import FastAPI

from subgraphs.serving.run import Listening, ServingFailedError, serve


def named(name: str) -> FastAPI:
    app = FastAPI()
    app.add_api_route("/", lambda: {"name": name})
    return app


@contextmanager
def taken() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


def free_port() -> int:
    with taken() as port:
        return port


async def answer(port: int) -> dict[str, str]:
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(200):
            try:
                made: dict[str, str] = (await client.get(f"http://127.0.0.1:{port}/")).json()
            except httpx.ConnectError:
                await asyncio.sleep(0.02)
            else:
                return made
    raise AssertionError("the server did not start")


async def test_each_listens_on_its_port_until_the_process_is_told_to_end() -> None:
    first, second = free_port(), free_port()
    running = asyncio.create_task(
        serve([Listening(named("a"), first), Listening(named("b"), second)])
    )
    assert await answer(first) == {"name": "a"}
    assert await answer(second) == {"name": "b"}
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, timeout=20)


async def test_a_taken_port_ends_all_of_them() -> None:
    with taken() as port, pytest.raises(ServingFailedError):
        await serve(
            [Listening(named("a"), free_port()), Listening(named("b"), port)],
            log_level="critical",
        )
