"""CPU of the executor alone: the bench's operations, answered from memory, no sockets.

    python -m benchmarks.micro_execute [--profile] [--source]

For each operation: microseconds of this process's CPU per request, interpreted and compiled, and
how long the unavoidable part takes (decoding the subgraphs' answers, encoding the client's), and
what the hand-written gateway of `benchmarks/reference` takes for the same.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import orjson
from graphql import graphql_sync, parse

from benchmarks.reference.operations import Shop
from benchmarks.workload.resolve import OPERATIONS, OPERATIONS_FOLDER, SUBGRAPHS, subgraph_schema
from gateway.execute.executor import Executor, Prepared
from gateway.execute.port import ExecutionContext, ExecutorOptions
from gateway.plan.planner import Planner
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from gateway.transport.port import SubgraphRequest, SubgraphResponse

SUPERGRAPH = Path(__file__).parent / "workload" / "supergraph.graphql"


class Memory:
    """A transport that executes each distinct request once and then answers at once."""

    def __init__(self) -> None:
        self._schemas = {name: subgraph_schema(name) for name in SUBGRAPHS}
        self.known: dict[bytes, SubgraphResponse] = {}

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Answer from memory."""
        answer = self.known.get(request.body)
        if answer is None:
            answer = self.known[request.body] = self._execute(request)
        return answer

    def _execute(self, request: SubgraphRequest) -> SubgraphResponse:
        payload = json.loads(request.body)
        result = graphql_sync(
            self._schemas[request.subgraph],
            payload["query"],
            variable_values=payload.get("variables"),
        )
        assert not result.errors, result.errors
        return SubgraphResponse(200, orjson.dumps(result.formatted))

    async def close(self) -> None:
        """Nothing is open."""


async def cpu(work: Callable[[], Coroutine[Any, Any, Any]], seconds: float = 0.6) -> float:
    """Microseconds of CPU per run: the best of five rounds."""
    await work()
    best = float("inf")
    for _ in range(5):
        runs, start = 0, time.process_time()
        while time.process_time() - start < seconds / 5:
            await work()
            runs += 1
        best = min(best, (time.process_time() - start) / runs)
    return best * 1e6


def prepared(operation: str, memory: Memory, options: ExecutorOptions) -> Prepared:
    """An operation of the bench, planned and ready."""
    supergraph = read_supergraph(SUPERGRAPH.read_text())
    text = (OPERATIONS_FOLDER / f"{operation}.graphql").read_text()
    plan = Planner(supergraph).plan(parse(text))
    endpoints = {name: f"http://{name}" for name in SUBGRAPHS}
    return Executor(endpoints, memory, public_schema(supergraph), options).prepare(plan)


async def measure(operation: str) -> None:
    """Print one operation's row."""
    memory = Memory()
    context = ExecutionContext({"first": 5})
    interpreted = prepared(operation, memory, ExecutorOptions(compiled=False))
    compiled = prepared(operation, memory, ExecutorOptions())
    result = await compiled.run(context)
    assert not result.errors, result.errors[:3]
    answers = [answer.body for answer in memory.known.values()]
    size = len(result.body())
    decoded = result.decoded()

    async def floor() -> None:
        for body in answers:
            orjson.loads(body)
        orjson.dumps(decoded)

    slow, fast = [await cpu(lambda p=p: p.run(context)) for p in (interpreted, compiled)]
    least = await cpu(floor)
    shop = Shop(memory, "http://")
    hand = await cpu(lambda: getattr(shop, operation)(()))
    print(
        f"{operation:10} {size:7} bytes {len(answers):2} requests "
        f"interpreted {slow:6.0f} µs  compiled {fast:5.0f} µs  "
        f"by hand {hand:5.0f} µs  decode+encode {least:4.0f} µs"
    )
    if "--source" in sys.argv:
        print(compiled.source)
    if "--profile" in sys.argv:
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(500):
            await compiled.run(context)
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(18)


async def main() -> None:
    """Measure every operation."""
    for operation in OPERATIONS:
        await measure(operation)


if __name__ == "__main__":
    asyncio.run(main())
