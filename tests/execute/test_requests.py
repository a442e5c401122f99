"""What goes with a request to a subgraph, and what telemetry sees of it."""

from __future__ import annotations

import asyncio
import gc
import json
from typing import Any

import pytest

from gateway.errors import Code, InternalError
from gateway.execute.executor import Executor
from gateway.execute.port import ExecutionContext, FetchDescription, FetchOutcome
from gateway.plan.nodes import OperationKind
from gateway.transport.port import SubgraphRequest, SubgraphResponse, TransportError
from tests.execute.plans import (
    MODES,
    SCHEMA,
    Script,
    by,
    call,
    entities,
    key,
    of,
    out,
    plan,
    prepare,
    root,
    run,
    typename,
    wire,
)

HOP = plan(
    of("Query", out("top", "[Product]", of("Product", out("stars", "Int")))),
    root(
        0,
        "products",
        wire("top", "[Product]", typename(), wire("upc", "ID!")),
        variables=("n", "x"),
        operation_name='Q"uote',
    ),
    entities(
        1,
        "reviews",
        call("top.@", by("Product", key("upc")), wire("stars", "Int")),
        after=[0],
        variables=("n",),
    ),
)
REPLIES: dict[str, Any] = {
    "fetch 0": {"data": {"top": [{"__typename": "Product", "upc": "1"}]}},
    "fetch 1": {"data": {"_entities": [{"stars": 3}]}, "extensions": {"lineage": ["erp"]}},
}


class Watcher:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def started(self, fetch: FetchDescription) -> Any:
        self.seen.append(("start", fetch.id))
        return fetch.id * 10

    def ended(self, token: Any, fetch: FetchDescription, outcome: FetchOutcome) -> None:
        self.seen.append((token, fetch.path, outcome.status, outcome.code, outcome.representations))


async def test_headers_deadline_and_variables_go_along() -> None:
    for mode in MODES:
        script = Script(REPLIES)
        watcher = Watcher()
        context = ExecutionContext(
            {"n": 2**70, "other": 1},
            headers=lambda fetch, token: (("x-fetch", f"{fetch.subgraph} {token}"),),
            deadline=12.5,
            observer=watcher,
        )
        result = await prepare(HOP, script, mode).run(context)
        first, second = script.requests
        assert json.loads(first.body) == {
            "query": "fetch 0",
            "operationName": 'Q"uote',
            "variables": {"n": 2**70},
        }
        assert ("x-fetch", "reviews 10") in second.headers
        assert ("content-type", "application/json") in second.headers
        assert (second.url, second.deadline, second.idempotent) == ("http://reviews", 12.5, True)
        assert json.loads(second.body)["variables"]["n"] == 2**70
        assert watcher.seen == [
            ("start", 0),
            (0, "", 200, None, 0),
            ("start", 1),
            (10, "top.@", 200, None, 1),
        ]
        assert result.extensions[0].extensions == {"lineage": ["erp"]}
        assert result.extensions[0].positions == (("top", 0),)


async def test_the_observer_hears_of_failures() -> None:
    watcher = Watcher()
    replies = {**REPLIES, "fetch 1": TransportError(Code.GATEWAY_TIMEOUT, "slow")}
    await prepare(HOP, Script(replies)).run(ExecutionContext(observer=watcher))
    assert watcher.seen[-1] == (10, "top.@", None, Code.GATEWAY_TIMEOUT, 1)


async def test_mutations_may_not_be_sent_again() -> None:
    mutation = plan(of("Mutation", out("a")), root(0, "a", wire("a"), kind=OperationKind.MUTATION))
    _, _, script = await run(mutation, {"fetch 0": {"data": {"a": "b"}}})
    assert not script.requests[0].idempotent


def test_a_subgraph_without_endpoint_is_refused_at_once() -> None:
    with pytest.raises(InternalError, match="reviews"):
        Executor({"products": "http://p"}, Script({}), SCHEMA).prepare(HOP)


async def test_introspection_is_answered_here_beside_fetched_fields() -> None:
    verbatim = out("t", "__Type", source="t", name="__type", verbatim=True)
    mixed = plan(
        of("Query", verbatim, out("a")),
        root(0, "a", wire("a")),
        introspection="query($n:String!){t:__type(name:$n){name kind fields{name}}}",
    )
    for _ in range(2):
        data, errors, _ = await run(mixed, {"fetch 0": {"data": {"a": "b"}}}, {"n": "Node"})
        assert data == {
            "t": {"name": "Node", "kind": "INTERFACE", "fields": [{"name": "id"}]},
            "a": "b",
        }
        assert errors == []
    alone = plan(of("Query", verbatim), introspection=mixed.introspection)
    assert (await run(alone, {}, {"n": "Nope"}))[0] == {"t": None}


async def test_long_numbers_of_custom_scalars_survive() -> None:
    fetch = root(0, "a", wire("money", "Decimal"), wire("list", "[Long!]"))
    numbers = plan(of("Query", out("money", "Decimal"), out("list", "[Long!]")), fetch)
    body = b'{"data":{"money":1234567890123456789.12345678901234567890,"list":[123456789012345678901234567890]}}'
    for mode in MODES:
        result = await prepare(numbers, Script({"fetch 0": body}), mode).run(ExecutionContext())
        assert result.body() == body


async def test_deep_operations_do_not_exhaust_the_stack() -> None:
    depth = 1200
    selection, below, data = wire("leaf"), out("leaf"), {"leaf": "x"}
    for _ in range(depth):
        selection = wire("n", "T", selection)
        below = out("n", "T", of("T", below))
        data = {"n": data}
    text = b'{"n":' * depth + b'{"leaf":"x"}' + b"}" * depth
    for mode in MODES:
        prepared = prepare(
            plan(of("Query", below), root(0, "a", selection)),
            Script({"fetch 0": b'{"data":' + text + b"}"}),
            mode,
        )
        result = await prepared.run(ExecutionContext())
        assert result.errors[0]["extensions"]["code"] == "SUBREQUEST_MALFORMED_RESPONSE"


async def test_a_run_leaves_no_cycles_behind() -> None:
    """Trees are large: they have to go with the last reference, not with the next collection."""
    for mode in MODES:
        prepared = prepare(HOP, Script(REPLIES), mode)
        await prepared.run(ExecutionContext())
        gc.collect()
        gc.disable()
        try:
            await prepared.run(ExecutionContext())
            assert gc.collect() == 0
        finally:
            gc.enable()


async def test_leaving_cancels_the_requests_under_way() -> None:
    ended: list[str] = []

    class Hanging:
        async def send(self, request: SubgraphRequest) -> SubgraphResponse:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(request.subgraph)
            raise AssertionError

        async def close(self) -> None:
            """Nothing is open."""

    two = plan(of("Query", out("a"), out("b")), root(0, "a", wire("a")), root(1, "b", wire("b")))
    running = asyncio.ensure_future(prepare(two, Hanging()).run(ExecutionContext()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await asyncio.sleep(0)
    assert sorted(ended) == ["a", "b"]


async def test_one_plan_runs_many_times_at_once() -> None:
    prepared = prepare(HOP, Script(REPLIES))
    results = await asyncio.gather(*(prepared.run(ExecutionContext()) for _ in range(20)))
    assert {result.body() for result in results} == {b'{"data":{"top":[{"stars":3}]}}'}
