"""Runs an operation in another way of writing it, and says what differs."""

from __future__ import annotations

from random import Random

from graphql import DocumentNode, parse, print_ast, validate

from gateway.errors import GatewayError
from tests.oracle.judge import Bench, judge
from tests.oracle.operations import Operation
from tests.oracle.rewriting import Rewriting


async def difference(
    bench: Bench, operation: Operation, rewrite: Rewriting, seed: int
) -> str | None:
    """What is wrong with the answer to a rewritten operation, or how its requests differ."""
    document = parse(operation.text)
    other = rewrite(document, bench.public, Random(seed))
    assert not validate(bench.public, other), print_ast(other)
    requests = [_requests(bench, each) for each in (document, other)]
    if requests[0] != requests[1]:
        return f"{requests[1]} requests instead of {requests[0]}: {print_ast(other)}"
    verdict = await judge(bench, Operation(print_ast(other), operation.variables))
    return verdict.fault and f"{verdict.fault}: {print_ast(other)}"


def _requests(bench: Bench, document: DocumentNode) -> int | None:
    try:
        return len(bench.planner.plan(document, labels=bench.partition.on).fetches)
    except GatewayError:
        return None
