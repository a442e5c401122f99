"""CPU per request of the clients that could carry requests to subgraphs.

    python -m benchmarks clients

Fifty tasks send 1 kB and get 4 kB from a cheap server in a process of its own on another core.
CPU is the client process's user and system time. Rounds are interleaved; medians are given.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import aiohttp
import httpx
import pyreqwest.client
import uvloop

from benchmarks.processes import Process, pin_to_core
from gateway.transport.factory import create_transport
from gateway.transport.port import SubgraphRequest
from gateway.transport.settings import Implementation, TransportSettings

_USERS = 50
_BODY = b'{"query":"' + b"q" * 1000 + b'"}'
_HEADERS = {"content-type": "application/json", "authorization": "Bearer x"}

Send = Callable[[str], Awaitable[bytes]]


def cpu_seconds() -> float:
    """User and system time of this process, threads included."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _measure(send: Send, url: str, requests: int) -> float:
    async def user() -> None:
        for _ in range(requests // _USERS):
            assert len(await send(url)) > 4000

    await asyncio.gather(*(send(url) for _ in range(_USERS)))
    before = cpu_seconds()
    await asyncio.gather(*(user() for _ in range(_USERS)))
    return (cpu_seconds() - before) / (requests // _USERS * _USERS) * 1e6


async def _compare(url: str, rounds: int) -> dict[str, float]:
    own = create_transport(TransportSettings())
    adapter = create_transport(TransportSettings(implementation=Implementation.HTTPX))
    plain = httpx.AsyncClient(limits=httpx.Limits(max_connections=100))
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))
    rust = pyreqwest.client.ClientBuilder().build()

    async def by_own(url: str) -> bytes:
        request = SubgraphRequest("s", url, _BODY, tuple(_HEADERS.items()))
        return (await own.send(request)).body

    async def by_adapter(url: str) -> bytes:
        request = SubgraphRequest("s", url, _BODY, tuple(_HEADERS.items()))
        return (await adapter.send(request)).body

    async def by_httpx(url: str) -> bytes:
        return (await plain.post(url, content=_BODY, headers=_HEADERS)).content

    async def by_aiohttp(url: str) -> bytes:
        async with session.post(url, data=_BODY, headers=_HEADERS) as response:
            return await response.read()

    async def by_pyreqwest(url: str) -> bytes:
        request = rust.post(url).headers(_HEADERS).body_bytes(_BODY).build()
        response = await request.send()
        return bytes(await response.bytes())

    contenders: dict[str, tuple[Send, int]] = {
        "own client (gateway.transport.http1)": (by_own, 8000),
        "pyreqwest": (by_pyreqwest, 4000),
        "aiohttp": (by_aiohttp, 2000),
        "httpx": (by_httpx, 400),
        "httpx adapter (gateway.transport.httpx_transport)": (by_adapter, 400),
    }
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, (send, requests) in contenders.items():
            samples[name].append(await _measure(send, url, requests))
    await own.close()
    await adapter.close()
    await plain.aclose()
    await session.close()
    await rust.close()
    return {name: median(values) for name, values in samples.items()}


def _server() -> Process:
    return Process([sys.executable, "-m", "benchmarks.servers.constant"], core=1)


def write_clients(rounds: int) -> None:
    """Write `results/clients.md`: microseconds of CPU per request for each client."""
    pin_to_core(0)
    with _server() as server:
        costs = uvloop.run(_compare(f"http://127.0.0.1:{server.read_line()}/graphql", rounds))
    best = min(costs.values())
    lines = [
        "# Clients for requests to subgraphs",
        "",
        f"CPU of the client's process for a request, {_USERS} at once, 1 kB there and 4 kB back,",
        f"medians of {rounds} interleaved rounds (`python -m benchmarks clients`).",
        "",
        "| client | µs CPU | times the best |",
        "|---|---:|---:|",
        *(
            f"| {name} | {cost:.0f} | {cost / best:.1f} |"
            for name, cost in sorted(costs.items(), key=lambda item: item[1])
        ),
        "",
    ]
    (Path(__file__).parent / "results" / "clients.md").write_text("\n".join(lines))
    print("\n".join(lines))
