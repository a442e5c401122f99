"""What clients are told of objects that could not be asked for, because of a failure elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import Code
from gateway.execute.port import ErrorPolicy, ExecutorOptions
from gateway.plan.nodes import KeyField, QueryPlan, Representation
from gateway.transport.port import TransportError
from tests.execute.plans import by, call, entities, key, of, out, plan, root, run, typename, wire

OPEN = ErrorPolicy(all=True)


def ordered(*, parts_shown: bool = True) -> QueryPlan:
    """`orders { no note fee parts { part } }`.

    The fee requires the weight of each part, which a fetch of its own brings, and comes with the
    note in one request.
    """
    parts = wire("parts", "[Part]", typename(), wire("part", "ID!"), internal=not parts_shown)
    orders = wire("orders", "[Order]", typename(), wire("no", "ID!"), parts)
    weights = call("orders.@.parts.@", by("Part", key("part")), wire("w", "Int", internal=True))
    weighed = KeyField("parts", "parts", (KeyField("w", "w"),))
    shipping = Representation(("Order",), "Order", (key("no"), weighed))
    fees = call("orders.@", shipping, wire("note"), wire("fee", "Int"))
    shown = [out("no", "ID!"), out("note"), out("fee", "Int")]
    if parts_shown:
        shown.append(out("items", "[Part]", of("Part", out("part", "ID!")), source="parts"))
    output = of("Query", out("all", "[Order]", of("Order", *shown), source="orders"))
    return plan(
        output,
        root(0, "orders", orders),
        entities(1, "stock", weights, after=[0]),
        entities(2, "shipping", fees, after=[1]),
    )


def part(name: str) -> dict[str, Any]:
    return {"__typename": "Part", "part": name}


def order(no: str, *parts: str) -> dict[str, Any]:
    return {"__typename": "Order", "no": no, "parts": [part(name) for name in parts]}


ORDERS = {"data": {"orders": [order("1", "a", "b"), order("2", "a"), order("3", "a", "b")]}}
ONE_WITHOUT_WEIGHT = {
    "data": {"_entities": [{"w": 5}, None]},
    "errors": [{"message": "lost", "path": ["_entities", 1]}],
}
FEE = {"data": {"_entities": [{"note": "n", "fee": 7}]}}


async def test_an_object_left_out_for_a_failure_below_it_gets_an_error() -> None:
    replies = {"fetch 0": ORDERS, "fetch 1": ONE_WITHOUT_WEIGHT, "fetch 2": FEE}
    data, errors, script = await run(ordered(), replies, errors=OPEN)
    asked = dict(script.asked)["fetch 2"]["representations"]
    assert [each["no"] for each in asked] == ["2"]
    assert [(each["note"], each["fee"]) for each in data["all"]] == [
        (None, None),
        ("n", 7),
        (None, None),
    ]
    assert [error["path"] for error in errors] == [["all", 0, "items", 1], ["all", 0]]
    assert errors[1]["extensions"] == {"code": "DOWNSTREAM_SERVICE_ERROR", "positions": 2}
    assert "lost" not in errors[1]["message"]


async def test_every_object_left_out_is_told_of_by_option_and_within_the_bound() -> None:
    replies = {"fetch 0": ORDERS, "fetch 1": ONE_WITHOUT_WEIGHT, "fetch 2": FEE}
    each = ExecutorOptions(every_position=True)
    _, errors, _ = await run(ordered(), replies, errors=OPEN, options=each)
    left_out = [error for error in errors if error["message"] != "lost"]
    assert [error["path"] for error in left_out] == [["all", 0], ["all", 2]]
    assert [error["extensions"] for error in left_out] == [{"code": "DOWNSTREAM_SERVICE_ERROR"}] * 2
    few = ExecutorOptions(every_position=True, max_errors=1)
    _, errors, _ = await run(ordered(), replies, errors=OPEN, options=few)
    left_out = [error for error in errors if error["message"] != "lost"]
    assert [error["path"] for error in left_out] == [["all", 0]]


async def test_an_error_at_the_object_itself_is_enough() -> None:
    """What the client did not ask for has no path of its own: its error stands at the object."""
    replies = {"fetch 0": ORDERS, "fetch 1": ONE_WITHOUT_WEIGHT, "fetch 2": FEE}
    data, errors, _ = await run(ordered(parts_shown=False), replies, errors=OPEN)
    assert data["all"][0] == {"no": "1", "note": None, "fee": None}
    assert [(error["message"], error["path"]) for error in errors] == [("lost", ["all", 0])]


@pytest.mark.parametrize(
    "weights",
    [
        TransportError(Code.GATEWAY_TIMEOUT, "slow"),
        {"data": None, "errors": [{"message": "no"}]},
        {"data": {"_entities": [{"w": 1}]}},
    ],
)
async def test_a_failed_request_explains_all_that_depends_on_it(weights: Any) -> None:
    replies = {"fetch 0": ORDERS, "fetch 1": weights, "fetch 2": FEE}
    data, errors, _ = await run(ordered(), replies, errors=OPEN)
    assert data["all"][0]["fee"] is None
    assert [error["path"] for error in errors] == [["all"]]


async def test_what_is_absent_without_a_failure_is_no_error() -> None:
    """A subgraph that knows no such entity has not failed; nor has it when others fail."""
    unknown = {"data": {"_entities": [{"w": 5}, None]}}
    replies = {"fetch 0": ORDERS, "fetch 1": unknown, "fetch 2": FEE}
    data, errors, _ = await run(ordered(), replies, errors=OPEN)
    assert data["all"][0]["fee"] is None
    assert errors == []
    elsewhere = {**ORDERS, "errors": [{"message": "elsewhere", "path": ["orders", 1, "parts"]}]}
    data, errors, _ = await run(ordered(), {**replies, "fetch 0": elsewhere}, errors=OPEN)
    assert data["all"][0]["fee"] is None
    assert [error["path"] for error in errors] == [["all", 1, "items"]]
