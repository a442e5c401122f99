"""Where the CPU of a request goes: each stage of the pipeline on its own, without sockets.

python -m benchmarks stages         -> results/stages.json, results/stages.md
"""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.gateways import SUPERGRAPH
from benchmarks.micro_execute import Memory
from benchmarks.timing import cpu_of, cpu_of_async
from benchmarks.workload.resolve import OPERATIONS, SUBGRAPHS, operation
from gateway.document.limits import check_limits
from gateway.document.operation import fragments_of, read_operation, select_operation
from gateway.document.parse import parse_document
from gateway.document.validate import ValidationOptions, validate_document
from gateway.execute import wire_json
from gateway.execute.executor import Executor, Prepared
from gateway.execute.port import ExecutionContext
from gateway.plan.planner import Planner
from gateway.plans import PlanStore
from gateway.server import collector
from gateway.settings.serving import Limits
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph

STAGES = (
    "parse",
    "validate",
    "normalise",
    "plan, cold",
    "prepare (compile)",
    "plan, cached",
    "collect and build bodies",
    "merge",
    "project",
    "encode",
    "whole execution",
)


_MOVES = ("requests", "merge", "project")


class _Stopwatch:
    """Stands in for a program and adds up the CPU of its moves, and of encoding what they made."""

    def __init__(self, program: Any) -> None:
        self._program = program
        self.spent = dict.fromkeys((*_MOVES, "encode"), 0)
        self.encode = self._timed("encode", wire_json.encode)

    def __getattr__(self, name: str) -> Any:
        move = getattr(self._program, name)
        return self._timed(name, move) if name in _MOVES else move

    def _timed(self, name: str, move: Any) -> Any:
        def timed(*arguments: Any, **named: Any) -> Any:
            start = time.perf_counter_ns()
            try:
                return move(*arguments, **named)
            finally:
                self.spent[name] += time.perf_counter_ns() - start

        return timed


async def _moves(prepared: Prepared, context: ExecutionContext) -> dict[str, float]:
    """Microseconds of each move of the program, the least of several rounds."""
    program = prepared._program
    watch = _Stopwatch(program)
    prepared._program = watch  # type: ignore[assignment]
    # Generated code holds the encoder itself: what is put in its place times whole answers alone.
    plain, wire_json.encode = wire_json.encode, watch.encode
    best: dict[str, float] = {}
    runs = 60
    for _ in range(7):
        watch.spent = dict.fromkeys(watch.spent, 0)
        for _ in range(runs):
            await prepared.run(context)
        for name, spent in watch.spent.items():
            best[name] = min(best.get(name, float("inf")), spent / runs / 1e3)
    prepared._program = program
    wire_json.encode = plain
    best["project"] -= best["encode"]
    return best


async def _measure(name: str) -> dict[str, float]:
    supergraph = read_supergraph(SUPERGRAPH.read_text())
    schema = public_schema(supergraph)
    limits, options = Limits(), ValidationOptions()
    text = operation(name)
    document = parse_document(text, limits)
    fragments = fragments_of(document)
    definition = select_operation(document, None)
    measure = check_limits(definition, fragments, limits)
    one = read_operation(schema, document, definition, measure)
    planner = Planner(supergraph)
    executor = Executor({each: f"http://{each}/" for each in SUBGRAPHS}, Memory(), schema)
    plan = planner.plan(one.document)
    store = PlanStore(planner, executor, ThreadPoolExecutor(1), 100)
    prepared = executor.prepare(plan)
    context = ExecutionContext({})
    result = await prepared.run(context)
    assert not result.errors
    moves = await _moves(prepared, context)

    async def execute() -> bytes:
        return (await prepared.run(context)).body()

    return {
        "parse": cpu_of(lambda: parse_document(text, limits)),
        "validate": cpu_of(lambda: validate_document(schema, document, options)),
        "normalise": cpu_of(lambda: read_operation(schema, document, definition, measure)),
        "plan, cold": cpu_of(lambda: planner.plan(one.document)),
        "prepare (compile)": cpu_of(lambda: executor.prepare(plan)),
        "plan, cached": await cpu_of_async(lambda: store.get(one)),
        "collect and build bodies": moves["requests"],
        "merge": moves["merge"],
        "project": moves["project"],
        "encode": moves["encode"],
        "whole execution": await cpu_of_async(execute),
    }


def write_stages() -> None:
    """Measure every operation and write the results."""
    from benchmarks.report import RESULTS

    collector.settle()  # as the server does once it has started
    found = {name: asyncio.run(_measure(name)) for name in OPERATIONS}
    lines = [
        "# Stages",
        "",
        "Microseconds of CPU for one request of the bench, answered from memory, no sockets; the",
        "best of seven rounds. The stages above `plan, cached` are paid once for each text or plan.",
        "A single fetch that is passed through as bytes has no collecting, merging or projecting.",
        "Objects that stand in an answer many times are projected and encoded once, in `project`;",
        "`encode` puts the whole answer together.",
        "",
        "| stage | " + " | ".join(OPERATIONS) + " |",
        "|---|" + "---:|" * len(OPERATIONS),
        *(
            f"| {stage} | " + " | ".join(f"{found[name][stage]:,.1f}" for name in OPERATIONS) + " |"
            for stage in STAGES
        ),
        "",
    ]
    (RESULTS / "stages.md").write_text("\n".join(lines))
    (RESULTS / "stages.json").write_text(json.dumps(found, indent=1) + "\n")
    print("\n".join(lines))
