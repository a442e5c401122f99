"""How cost grows: with the number of fetches, the length of lists, of subgraphs and of types.

    python -m benchmarks growth         -> results/growth.json, growth.md

Supergraphs are generated and composed here. Execution is answered from memory, without sockets.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import parse

from benchmarks.timing import cpu_of, cpu_of_async
from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.execute.executor import Executor
from gateway.execute.port import ExecutionContext
from gateway.plan.planner import Planner
from gateway.server import collector
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from gateway.transport.port import SubgraphRequest, SubgraphResponse

_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n'


@dataclass(frozen=True)
class World:
    """Subgraphs' SDLs, an operation, and each subgraph's answer to any request of it."""

    sdl: dict[str, str]
    operation: str
    answer: Callable[[str, dict[str, Any]], dict[str, Any]]


class _Generated:
    """A transport that answers from a world; each distinct request is worked out once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: dict[bytes, SubgraphResponse] = {}

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        found = self._known.get(request.body)
        if found is None:
            data = self._world.answer(request.subgraph, json.loads(request.body))
            found = SubgraphResponse(200, orjson.dumps({"data": data}))
            self._known[request.body] = found
        return found

    async def close(self) -> None:
        """Nothing is open."""


def fan(subgraphs: int, items: int) -> World:
    """A list from one subgraph, with a field of each item from every other one, in parallel."""
    sdl = {"s0": _LINK + 'type Query { items: [Item!]! } type Item @key(fields: "id") { id: ID! }'}
    names = [f"s{number}" for number in range(1, subgraphs + 1)]
    for name in names:
        sdl[name] = _LINK + f'type Item @key(fields: "id") {{ id: ID! {name}: String! }}'

    def answer(subgraph: str, request: dict[str, Any]) -> dict[str, Any]:
        if subgraph == "s0":
            return {"items": [{"id": str(number)} for number in range(items)]}
        representations = request["variables"]["representations"]
        return {"_entities": [{subgraph: f"value {one['id']}"} for one in representations]}

    return World(sdl, "{ items { id " + " ".join(names) + " } }", answer)


def chain(fetches: int) -> World:
    """One entity, of which each subgraph's field needs the key that the one before it knows."""
    sdl = {"s0": _LINK + 'type Query { one: One! } type One @key(fields: "k0") { k0: ID! }'}
    for n in range(1, fetches + 1):
        keys = f'@key(fields: "k{n - 1}") @key(fields: "k{n}")'
        sdl[f"s{n}"] = (
            _LINK + f"type One {keys} {{ k{n - 1}: ID! @shareable k{n}: ID! @shareable }}"
        )

    def answer(subgraph: str, request: dict[str, Any]) -> dict[str, Any]:
        if subgraph == "s0":
            return {"one": {"__typename": "One", "k0": "0"}}
        return {"_entities": [{f"k{subgraph[1:]}": "1"}]}

    return World(sdl, f"{{ one {{ k{fetches} }} }}", answer)


def idle(subgraphs: int) -> World:
    """Two subgraphs that answer, and others that have something else of the same entity."""
    sdl = fan(1, 1).sdl
    for n in range(2, subgraphs):
        sdl[f"s{n}"] = _LINK + f'type Item @key(fields: "id") {{ id: ID! s{n}: String! }}'
    return World(sdl, "{ items { id s1 } }", fan(1, 1).answer)


def wide(types: int) -> World:
    """Two subgraphs that share many entity types, of which the operation asks for one."""
    first = [f'type T{n} @key(fields: "id") {{ id: ID! a{n}: String! }}' for n in range(types)]
    second = [f'type T{n} @key(fields: "id") {{ id: ID! b{n}: String! }}' for n in range(types)]
    roots = " ".join(f"t{n}: T{n}!" for n in range(types))
    sdl = {
        "s0": _LINK + f"type Query {{ {roots} }}\n" + "\n".join(first),
        "s1": _LINK + "\n".join(second),
    }

    def answer(subgraph: str, request: dict[str, Any]) -> dict[str, Any]:
        return {"t0": {"id": "1", "a0": "a"}} if subgraph == "s0" else {"_entities": [{"b0": "b"}]}

    return World(sdl, "{ t0 { a0 b0 } }", answer)


@dataclass(frozen=True)
class Point:
    """Microseconds of CPU: composing, reading the supergraph, a cold plan, one execution."""

    size: int
    compose: float
    read: float
    plan: float
    execute: float


async def _point(size: int, world: World) -> Point:
    sources = [SubgraphSource(name, f"http://{name}/", text) for name, text in world.sdl.items()]
    composed = compose(sources).supergraph_sdl
    assert composed is not None
    supergraph = read_supergraph(composed)
    planner = Planner(supergraph)
    document = parse(world.operation)
    endpoints = {name: f"http://{name}/" for name in world.sdl}
    executor = Executor(endpoints, _Generated(world), public_schema(supergraph))
    prepared = executor.prepare(planner.plan(document))
    context = ExecutionContext({})
    assert not (await prepared.run(context)).errors

    async def execute() -> bytes:
        return (await prepared.run(context)).body()

    return Point(
        size,
        cpu_of(lambda: compose(sources), 0.05),
        cpu_of(lambda: read_supergraph(composed), 0.05),
        cpu_of(lambda: planner.plan(document), 0.1),
        await cpu_of_async(execute, 0.2),
    )


CURVES: dict[str, tuple[str, tuple[int, ...], Callable[[int], World]]] = {
    "fetches": ("parallel entity fetches, 10 items", (1, 2, 4, 8, 16, 32), lambda n: fan(n, 10)),
    "chain": ("entity fetches one after the other", (1, 2, 4, 8, 16, 32), chain),
    "list": ("items in a list, 2 entity fetches", (1, 10, 100, 1000, 10_000), lambda n: fan(2, n)),
    "subgraphs": ("subgraphs with one entity, two of them asked", (2, 10, 50, 100), idle),
    "types": ("entity types in two subgraphs", (1, 10, 100, 500), wide),
}


def write_growth() -> None:
    """Measure every curve and write the results."""
    from benchmarks.report import RESULTS

    collector.settle()  # as the server does once it has started
    curves: dict[str, list[Point]] = {}
    for key, (_, sizes, world) in CURVES.items():
        curves[key] = [asyncio.run(_point(size, world(size))) for size in sizes]
    lines = ["# Growth", "", "Microseconds of CPU, the best of seven rounds, no sockets.", ""]
    for key, points in curves.items():
        lines += [
            f"## {CURVES[key][0].capitalize()}",
            "",
            "| size | compose | read the supergraph | plan, cold | execute |",
            "|---:|---:|---:|---:|---:|",
            *(
                f"| {one.size:,} | {one.compose:,.0f} | {one.read:,.0f} | {one.plan:,.0f}"
                f" | {one.execute:,.0f} |"
                for one in points
            ),
            "",
        ]
    (RESULTS / "growth.md").write_text("\n".join(lines))
    document = {key: [vars_of(one) for one in points] for key, points in curves.items()}
    (RESULTS / "growth.json").write_text(json.dumps(document, indent=1) + "\n")
    print("\n".join(lines))


def vars_of(point: Point) -> dict[str, float]:
    """A point as JSON."""
    return {
        "size": point.size,
        "compose_us": round(point.compose, 1),
        "read_us": round(point.read, 1),
        "plan_us": round(point.plan, 1),
        "execute_us": round(point.execute, 1),
    }
