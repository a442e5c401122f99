"""Runs a case on the monolith and through the gateway, and says how they differ."""

from __future__ import annotations

import json
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    execute,
    parse,
    subscribe,
    validate,
)

from gateway.composition.compose import SubgraphSource, compose
from gateway.errors import GatewayError
from gateway.execute.executor import Executor
from gateway.execute.port import ExecutionContext, ExecutorOptions
from gateway.plan.nodes import OperationKind, QueryPlan
from gateway.plan.planner import Planner
from gateway.supergraph.model import Supergraph
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.kit.local_subgraph import LocalSubgraph, LocalTransport
from tests.kit.plan_checker import check_plan
from tests.oracle.operations import Operation
from tests.oracle.parts import Partition
from tests.oracle.servers import MutationLog, monolith, subgraphs


@dataclass(slots=True)
class Bench:
    """Everything that is built once for a partition and used for many operations."""

    oracle: GraphQLSchema
    oracle_log: MutationLog
    servers: list[LocalSubgraph]
    served_log: MutationLog
    supergraph: Supergraph
    public: GraphQLSchema
    planner: Planner
    partition: Partition


@dataclass(frozen=True, slots=True)
class Verdict:
    """`None` as `fault` when the gateway answered as the monolith did."""

    fault: str | None
    plan: QueryPlan | None = None


class DoesNotComposeError(Exception):
    """A partition that should compose does not."""


def build(partition: Partition, supergraph_sdl: str | None = None) -> Bench:
    """Compose a partition, unless that was done elsewhere, and set up both sides.

    Raises `DoesNotComposeError`.
    """
    oracle_log: MutationLog = []
    served_log: MutationLog = []
    servers = subgraphs(partition, served_log)
    if supergraph_sdl is None:
        composition = compose([SubgraphSource(item.name, item.url, item.sdl) for item in servers])
        supergraph_sdl = composition.supergraph_sdl
        if supergraph_sdl is None:
            problems = (f"{each.code}: {each.message}" for each in composition.errors)
            raise DoesNotComposeError("\n".join(problems))
    supergraph = read_supergraph(supergraph_sdl)
    oracle = monolith(partition, oracle_log)
    public = public_schema(supergraph)
    return Bench(
        oracle, oracle_log, servers, served_log, supergraph, public, Planner(supergraph), partition
    )


async def judge(bench: Bench, operation: Operation) -> Verdict:
    """Answer the operation on both sides, interpreted and compiled, and compare.

    Where the partition has progressive overrides, with all labels off and with all on.
    """
    document = parse(operation.text)
    assert not validate(bench.public, document)
    bench.oracle_log.clear()
    expected = await _expected(bench, document, operation)
    labels = bench.partition.labels
    plan: QueryPlan | None = None
    for on in (False, True) if labels else (False,):
        bench.partition.on = dict.fromkeys(labels, on)
        try:
            plan = bench.planner.plan(document, labels=bench.partition.on)
        except GatewayError as error:
            return Verdict(f"not planned: {error.code}: {error.message}")
        try:
            # Members of a union are not asked for in subgraphs where it has fewer.
            partial = any(each.members for each in bench.partition.subgraphs.values())
            schemas = {each.name: each.schema for each in bench.servers}
            check_plan(plan, schemas, complete=not partial)
        except AssertionError as error:
            return Verdict(f"unsound plan: {error}", plan)
        for compiled in (False, True):
            fault = await _run(bench, plan, operation, expected, compiled=compiled)
            if fault is not None:
                way = "compiled" if compiled else "interpreted"
                return Verdict(f"{way}{' with labels' if on else ''}: {fault}", plan)
    return Verdict(None, plan)


async def _expected(bench: Bench, document: DocumentNode, operation: Operation) -> list[Any]:
    """The monolith's answer; those to all events of a subscription."""
    if operation.text.startswith("subscription"):
        events = subscribe(bench.oracle, document, variable_values=operation.variables)
        stream = await events if isawaitable(events) else events
        assert not isinstance(stream, ExecutionResult), stream
        results = [result async for result in stream]
    else:
        result = execute(bench.oracle, document, variable_values=operation.variables)
        assert isinstance(result, ExecutionResult)
        results = [result]
    for each in results:
        assert not each.errors, each.errors
    return [each.data for each in results]


async def _run(
    bench: Bench, plan: QueryPlan, operation: Operation, expected: list[Any], *, compiled: bool
) -> str | None:
    for server in bench.servers:
        server.forget()
    bench.served_log.clear()
    transport = LocalTransport(bench.servers)
    options = ExecutorOptions(compiled=compiled)
    executor = Executor(transport.endpoints, transport, bench.public, options)
    context = ExecutionContext(variables=operation.variables)
    prepared = executor.prepare(plan)
    if plan.kind is OperationKind.SUBSCRIPTION:
        results = [result async for result in prepared.subscribe(context, transport)]
    else:
        results = [await prepared.run(context)]
    if transport.violations:
        return f"a subgraph objected: {transport.violations[0]}"
    if len(results) != len(expected):
        return f"{len(results)} answers instead of {len(expected)}"
    for result, right in zip(results, expected, strict=True):
        if result.errors:
            return f"errors: {result.errors[0]}"
        actual = result.decoded()
        if actual != right:
            return f"data differs: expected {json.dumps(right)} got {json.dumps(actual)}"
        # Where variables decide between two selections of one field, its place in the answer may
        # be either's: the specification asks for the first that applies, and no client can tell.
        ordered = "(if: $" not in operation.text
        if ordered and json.dumps(actual) != json.dumps(right):
            return f"order differs: expected {json.dumps(right)} got {json.dumps(actual)}"
    if bench.served_log != bench.oracle_log:
        return f"mutations ran as {bench.served_log}, not {bench.oracle_log}"
    return None
