"""Each event of a subscription is the first stage of a run of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from gateway.execute.port import ExecutionContext
from gateway.plan.nodes import OperationKind
from gateway.transport.port import SubgraphRequest
from tests.execute.plans import (
    MODES,
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
    typename,
    wire,
)


class Events:
    def __init__(self, *bodies: bytes) -> None:
        self.bodies = bodies
        self.request: SubgraphRequest | None = None
        self.closed = False

    async def subscribe(self, request: SubgraphRequest) -> AsyncIterator[bytes]:
        self.request = request
        try:
            for body in self.bodies:
                yield body
        finally:
            self.closed = True


SUBSCRIPTION = plan(
    of("Subscription", out("sold", "Product", of("Product", out("stars", "Int!")))),
    root(
        0,
        "shop",
        wire("sold", "Product", typename(), wire("upc", "ID!")),
        kind=OperationKind.SUBSCRIPTION,
        variables=("shop",),
    ),
    entities(
        1, "reviews", call("sold", by("Product", key("upc")), wire("stars", "Int")), after=[0]
    ),
    kind=OperationKind.SUBSCRIPTION,
    subscription=0,
)


async def test_events_are_completed_by_the_rest_of_the_plan() -> None:
    bodies = (
        json.dumps({"data": {"sold": {"__typename": "Product", "upc": "1"}}}).encode(),
        json.dumps(
            {"data": {"sold": None}, "errors": [{"message": "m", "path": ["sold"]}]}
        ).encode(),
        b"garbage",
        json.dumps({"data": {"sold": {"__typename": "Product", "upc": "2"}}}).encode(),
    )
    for mode in MODES:
        script = Script(
            {
                "fetch 1": lambda sent: {
                    "data": {"_entities": [{"stars": int(sent["representations"][0]["upc"])}]}
                }
            }
        )
        events = Events(*bodies)
        prepared = prepare(SUBSCRIPTION, script, mode)
        context = ExecutionContext({"shop": "s", "unused": 1})
        results = [result async for result in prepared.subscribe(context, events)]
        assert [json.loads(result.data) for result in results] == [
            {"sold": {"stars": 1}},
            {"sold": None},
            {"sold": None},
            {"sold": {"stars": 2}},
        ]
        assert [len(result.errors) for result in results] == [0, 1, 1, 0]
        assert events.request is not None
        assert json.loads(events.request.body) == {"query": "fetch 0", "variables": {"shop": "s"}}
        assert not events.request.idempotent
        assert events.closed


async def test_leaving_closes_the_source() -> None:
    body = json.dumps({"data": {"sold": None}}).encode()
    events = Events(body, body)
    results = prepare(SUBSCRIPTION, Script({})).subscribe(ExecutionContext(), events)
    await anext(results)
    await results.aclose()
    assert events.closed


async def test_a_null_that_nobody_explains_gets_an_error_in_its_event() -> None:
    body = json.dumps({"data": {"sold": {"__typename": "Product", "upc": "1"}}}).encode()
    for mode in MODES:
        script = Script({"fetch 1": {"data": {"_entities": [{"stars": None}]}}})
        prepared = prepare(SUBSCRIPTION, script, mode)
        results = [result async for result in prepared.subscribe(ExecutionContext(), Events(body))]
        assert json.loads(results[0].data) == {"sold": None}
        assert [error["path"] for error in results[0].errors] == [["sold", "stars"]]
