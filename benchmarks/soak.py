"""The soak: load at a steady rate while supergraph and settings are reloaded, again and again.

Every answer is compared with the expected one, some of the operations are new each time, and the
gateway's memory is sampled. It fails when a request failed or was answered wrongly, when a reload
did not take over, or when memory grew beyond what the caches may take.

    python -m benchmarks.soak [--minutes 10] [--rate 100] [--reload-every 5]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from benchmarks.gateways import Site
from benchmarks.processes import ROOT, Process, SubgraphServer
from benchmarks.workload.resolve import OPERATIONS, expected, operation

GATEWAY_CORE, LOAD_CORE = 0, 1
ALLOWED_GROWTH = 1.25
"""How much more memory the last quarter may take than the second (the first fills the caches)."""


@dataclass
class Soak:
    """What has happened so far. Memory is in bytes."""

    outcomes: Counter[str] = field(default_factory=Counter)
    first_fault: str = ""
    memory: list[int] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    reloads: int = 0

    def fault(self, what: str, detail: str) -> None:
        self.outcomes[what] += 1
        self.first_fault = self.first_fault or f"{what}: {detail[:300]}"

    def growth(self) -> float:
        """Mean memory of the last quarter of the samples against the second quarter's."""
        quarter = len(self.memory) // 4
        if not quarter:
            return 1.0
        early, late = self.memory[quarter : 2 * quarter], self.memory[-quarter:]
        return (sum(late) / len(late)) / (sum(early) / len(early))


async def run(options: argparse.Namespace) -> Soak:
    """Start everything, keep it busy for the time asked for, and end it."""
    soak = Soak()
    with tempfile.TemporaryDirectory() as name, SubgraphServer(LOAD_CORE) as subgraphs:
        site = Site(Path(name), 0, subgraphs.port)
        config = site.folder / "gateway.yaml"
        _configure(config, site.supergraph, 0)
        command = [str(ROOT / ".venv/bin/c2c"), "serve", "--config", str(config), "--port", "0"]
        with Process(command, core=GATEWAY_CORE) as gateway:
            line = await asyncio.to_thread(gateway.read_line)
            url = re.search(r"http://\S+", line)
            if url is None:
                raise RuntimeError(f"the gateway did not start: {line}")
            await _keep_busy(soak, gateway, url[0], config, site.supergraph, options)
    return soak


def _configure(config: Path, supergraph: Path, number: int) -> None:
    """Write a configuration that differs from the one before."""
    draft = config.with_suffix(".new")
    draft.write_text(
        f"supergraph: {{path: {supergraph}}}\n"
        f"limits: {{max_depth: {100 + number}, max_aliases: 1000}}\n"
        "headers: {all: {request: [{propagate: {named: authorization}}]}}\n"
        "telemetry: {logging: {requests: false}}\n"
    )
    draft.replace(config)


async def _keep_busy(
    soak: Soak,
    gateway: Process,
    url: str,
    config: Path,
    supergraph: Path,
    options: argparse.Namespace,
) -> None:
    ends = time.monotonic() + options.minutes * 60
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(timeout=30, limits=limits) as client, asyncio.TaskGroup() as tasks:
        tasks.create_task(_load(soak, client, url, options.rate, ends))
        tasks.create_task(_reload(soak, config, supergraph, options.reload_every, ends))
        tasks.create_task(_observe(soak, gateway, client, url, ends))


async def _load(soak: Soak, client: httpx.AsyncClient, url: str, rate: float, ends: float) -> None:
    texts = {name: operation(name) for name in OPERATIONS}
    answers = {name: expected(name) for name in OPERATIONS}
    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for number in itertools.count():
            wait = began + number / rate - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if time.monotonic() > ends:
                return
            name = OPERATIONS[number % len(OPERATIONS)]
            text, answer = texts[name], answers[name]
            if number % 20 == 0:  # an operation that was never seen before
                text, answer = f"{{ new{number}: __typename }}", None
            tasks.create_task(_ask(soak, client, url, text, answer, number))


async def _ask(
    soak: Soak, client: httpx.AsyncClient, url: str, text: str, answer: Any, number: int
) -> None:
    try:
        response = await client.post(
            url, json={"query": text}, headers={"authorization": f"Bearer {number}"}
        )
    except httpx.HTTPError as error:
        soak.fault("failed", repr(error))
        return
    if response.status_code != 200 or "errors" in response.json():
        soak.fault("error", response.text)
    elif answer is not None and response.json() != answer:
        soak.fault("wrong", response.text)
    else:
        soak.outcomes["right"] += 1


async def _reload(soak: Soak, config: Path, supergraph: Path, every: float, ends: float) -> None:
    while time.monotonic() + every < ends:
        await asyncio.sleep(every)
        soak.reloads += 1
        _configure(config, supergraph, soak.reloads)


async def _observe(
    soak: Soak, gateway: Process, client: httpx.AsyncClient, url: str, ends: float
) -> None:
    health = url.replace("/graphql", "/health/ready")
    while time.monotonic() < ends:
        await asyncio.sleep(1)
        soak.memory.append(gateway.memory_bytes())
        soak.versions.add((await client.get(health)).json()["version"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=100, help="requests a second")
    parser.add_argument("--reload-every", type=float, default=5, help="seconds")
    options = parser.parse_args()
    soak = asyncio.run(run(options))
    print(f"requests: {dict(soak.outcomes)}")
    print(f"reloads: {soak.reloads}, versions that served: {len(soak.versions)}")
    megabytes = [round(each / 1e6) for each in soak.memory]
    print(f"memory: {megabytes[0]} MB at first, {megabytes[-1]} MB at last, ×{soak.growth():.2f}")
    if soak.first_fault:
        print(soak.first_fault)
    failed = soak.outcomes.keys() - {"right"}
    if failed or len(soak.versions) < soak.reloads or soak.growth() > ALLOWED_GROWTH:
        sys.exit(1)


if __name__ == "__main__":
    main()
