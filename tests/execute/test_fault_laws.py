"""What holds whatever fails: on random worlds, against the one right answer.

1. The response fits the public types: no null under a non-null type, no impossible type.
2. Every null that the right answer does not have is covered by the path of an error.
3. Whatever is not null is right.

And generated code tells the client exactly what the interpreter tells.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, execute, parse

from gateway.errors import Code
from gateway.execute.executor import Executor
from gateway.execute.port import ErrorPolicy, ExecutionContext, ExecutorOptions
from gateway.plan.nodes import Output, OutputField, QueryPlan
from gateway.transport.port import SubgraphRequest, SubgraphResponse, TransportError
from tests.kit.local_subgraph import LocalTransport
from tests.oracle.case import load
from tests.oracle.judge import Bench, build
from tests.oracle.operations import Operation, random_operation
from tests.oracle.partition import random_partition
from tests.oracle.world import random_world

WORLDS = 8
OPERATIONS = 6

GOLDEN = sorted((Path(__file__).parent.parent / "oracle" / "golden").glob("*.json"))


@dataclass(eq=False)
class Unreliable:
    """A transport that fails requests and spoils answers, always the same ones for a seed."""

    inner: LocalTransport
    seed: int
    silent: bool
    spoilt: int = 0

    async def close(self) -> None:
        """Nothing is open."""

    async def send(self, request: SubgraphRequest) -> SubgraphResponse:
        """Answer, fail, or answer badly."""
        rng = random.Random(f"{self.seed} {request.subgraph} {request.body!r}")
        faults = ["slow", "down", "cut", "entity", "entity", "field", "field", "short", "type"]
        way = rng.choice(["well"] * 21 + faults)
        if way == "slow":
            raise TransportError(Code.GATEWAY_TIMEOUT, "slow")
        if way == "down":
            return SubgraphResponse(503, b"<html>down</html>")
        if way == "field":
            return await self._without_field(request, rng.randrange(12))
        answer = await self.inner.send(request)
        if way == "cut":
            return SubgraphResponse(200, answer.body[: rng.randrange(1, len(answer.body))])
        payload = json.loads(answer.body)
        for alias, entities in (payload.get("data") or {}).items():
            if alias.startswith("_e") and isinstance(entities, list) and entities:
                self._spoil(payload, alias, entities, way, rng)
        return SubgraphResponse(200, json.dumps(payload).encode())

    async def _without_field(self, request: SubgraphRequest, number: int) -> SubgraphResponse:
        """The answer of a subgraph that cannot resolve one field, the how many-th it resolves."""
        server = next(each for each in self.inner.subgraphs if each.name == request.subgraph)
        numbers = count()

        def resolve(following: Any, source: Any, info: Any, **arguments: Any) -> Any:
            if next(numbers) != number or info.field_name == "_entities":
                return following(source, info, **arguments)
            if self.silent:
                return None
            raise GraphQLError("not available")

        server.middleware = resolve
        try:
            return await server.answer(request)
        finally:
            server.middleware = None

    def _spoil(
        self, payload: Any, alias: str, entities: list[Any], way: str, rng: random.Random
    ) -> None:
        index = rng.randrange(len(entities))
        if way == "entity":
            entities[index] = None
            if not self.silent:
                error = {"message": "not found", "path": [alias, index]}
                payload.setdefault("errors", []).append(error)
        elif way == "short":
            entities.pop()
        elif (
            way == "type" and isinstance(entities[index], dict) and "__typename" in entities[index]
        ):
            entities[index]["__typename"] = "Ghost"


async def answer(
    bench: Bench, plan: QueryPlan, operation: Operation, seed: int, *, compiled: bool, silent: bool
) -> tuple[Any, list[Any]]:
    inner = LocalTransport(bench.servers)
    options = ExecutorOptions(compiled=compiled, every_position=True)
    transport = Unreliable(inner, seed, silent)
    executor = Executor(inner.endpoints, transport, bench.public, options)
    context = ExecutionContext(operation.variables, errors=ErrorPolicy(all=True))
    result = await executor.prepare(plan).run(context)
    return json.loads(result.body())["data"], result.errors


async def check_faults(bench: Bench, operation: Operation, index: int) -> bool:
    """Raise AssertionError if a law is broken; False if the operation is no case."""
    if operation.text.startswith("subscription"):
        return False
    document = parse(operation.text)
    right = execute(bench.oracle, document, variable_values=operation.variables)
    assert isinstance(right, ExecutionResult)
    plan = bench.planner.plan(document, labels=bench.partition.on)
    silent = bool(index % 2)
    ways = [
        await answer(bench, plan, operation, index, compiled=compiled, silent=silent)
        for compiled in (False, True)
    ]
    assert ways[0] == ways[1]
    data, errors = ways[0]
    if data is None:
        assert errors
        return True
    fits(data, plan.output)
    paths = [tuple(error.get("path", ())) for error in errors]
    holds(data, right.data, (), paths, told=not silent, derived=derived(bench, plan.output, ()))
    return True


@pytest.mark.parametrize("seed", range(WORLDS))
async def test_whatever_fails(seed: int) -> None:
    bench = build(random_partition(random_world(seed)))
    for index in range(OPERATIONS):
        operation = random_operation(bench.public, seed * 777 + index)
        if operation is not None:
            await check_faults(bench, operation, index)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
async def test_whatever_fails_in_kept_cases(path: Path) -> None:
    case = load(path)
    bench = build(case.partition)
    for index in range(8):
        await check_faults(bench, case.operation, index)


def derived(bench: Bench, output: Output, path: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Where there are fields that are made of others, or of what an ancestor has.

    A null that stands for such a thing when it failed is sent on, and gives a value of its own.
    """
    specs = [*bench.partition.world.objects.values()]
    fields = [item for spec in specs for item in spec.fields.values()]
    fields += [
        item for plan in bench.partition.subgraphs.values() for item in plan.extensions.values()
    ]
    names = {item.name for item in fields if item.requires or item.context}
    found = set()
    for each in output.fields:
        below = (*path, each.response_key)
        if each.name in names:
            found.add(below)
        if each.shape is not None:
            found |= derived(bench, each.shape, below)
    return found


def fits(value: dict[str, Any], output: Output) -> None:
    """Law 1, for an object; depth is the operation's."""
    for field in output.fields:
        if field.response_key in value and not field.verbatim:
            fits_type(value[field.response_key], field, 0)


def fits_type(value: Any, field: OutputField, depth: int) -> None:
    if value is None:
        assert field.type.nullable[depth], field
    elif depth < field.type.list_depth:
        for item in value:
            fits_type(item, field, depth + 1)
    elif field.name == "__typename":
        assert value != "Ghost"
    elif field.shape is not None:
        fits(value, field.shape)


def holds(
    value: Any,
    right: Any,
    path: tuple[Any, ...],
    errors: list[Any],
    *,
    told: bool,
    derived: set[tuple[str, ...]],
) -> None:
    """Laws 2 and 3."""
    if tuple(step for step in path if isinstance(step, str)) in derived:
        return
    if value is None:
        covered = any(path[: len(e)] == e or e[: len(path)] == path for e in errors)
        assert right is None or covered or not told, (path, errors)
    elif isinstance(value, dict):
        assert value.keys() == right.keys(), path
        for key, item in value.items():
            holds(item, right[key], (*path, key), errors, told=told, derived=derived)
    elif isinstance(value, list):
        assert len(value) == len(right)
        for index, item in enumerate(value):
            holds(item, right[index], (*path, index), errors, told=told, derived=derived)
    else:
        assert value == right, path
