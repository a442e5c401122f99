"""`@defer`: parts come later, and together they are the answer."""

from __future__ import annotations

import asyncio
import gc
import json
from typing import Any

from gateway.execute.port import ExecutionContext, ExecutorOptions
from gateway.plan.nodes import Deferred, Literal
from tests.execute.plans import (
    MODES,
    Script,
    by,
    call,
    entities,
    key,
    of,
    out,
    path,
    plan,
    prepare,
    root,
    typename,
    wire,
)

TOP = wire("top", "[Product]", typename(), wire("upc", "ID!"))
PRODUCT = by("Product", key("upc"))


def deferred(stars: str = "Int", **more: Any) -> Any:
    """`best: top { upc ...@defer(label: "slow") { rating: stars } }`."""
    part = of("Product", out("rating", stars, source="stars"))
    return plan(
        of("Query", out("best", "[Product]", of("Product", out("upc", "ID!")), source="top")),
        root(0, "products", TOP),
        entities(1, "reviews", call("top.@", PRODUCT, wire("stars", stars)), after=[0]),
        primary=(0,),
        deferred=(Deferred("slow", path("top.@"), path("best.@"), part, (1,), **more),),
    )


REPLIES = {
    "fetch 0": {"data": {"top": [{"__typename": "Product", "upc": upc} for upc in "12"]}},
    "fetch 1": {"data": {"_entities": [{"stars": 1}, {"stars": 2}]}},
}


async def payloads(
    query_plan: Any, replies: Any, mode: ExecutorOptions, variables: Any = None
) -> list[Any]:
    prepared = prepare(query_plan, Script(replies), mode)
    return [payload async for payload in prepared.stream(ExecutionContext(variables or {}))]


def folded(received: list[Any]) -> Any:
    """The answer that a client has after the last payload."""
    data = json.loads(received[0].initial.data)
    for payload in received[1:]:
        for part in payload.parts:
            target = data
            for step in part.path:
                target = target[step]
            target.update(json.loads(part.data))
    return data


async def test_parts_follow_for_each_object() -> None:
    for mode in MODES:
        received = await payloads(deferred(), REPLIES, mode)
        assert json.loads(received[0].initial.data) == {"best": [{"upc": "1"}, {"upc": "2"}]}
        assert [payload.has_next for payload in received] == [True, False]
        parts = received[1].parts
        assert [(part.label, part.path, json.loads(part.data)) for part in parts] == [
            ("slow", ("best", 0), {"rating": 1}),
            ("slow", ("best", 1), {"rating": 2}),
        ]
        whole = await prepare(deferred(), Script(REPLIES), mode).run(ExecutionContext())
        assert folded(received) == json.loads(whole.data)


async def test_a_condition_keeps_a_part_in_place() -> None:
    for mode in MODES:
        received = await payloads(
            deferred(when=((Literal("later", True),),)), REPLIES, mode, {"later": False}
        )
        assert len(received) == 1
        assert received[0].has_next is False
        assert json.loads(received[0].initial.data)["best"][0] == {"upc": "1", "rating": 1}


async def test_a_failed_part_is_null_and_says_why() -> None:
    for mode in MODES:
        received = await payloads(deferred("Int!"), {**REPLIES, "fetch 1": b"oops"}, mode)
        assert received[0].initial.errors == []
        parts = received[1].parts
        assert [part.data for part in parts] == [b"null", b"null"]
        errors = [error for part in parts for error in part.errors]
        assert [error["extensions"]["code"] for error in errors] == [
            "SUBREQUEST_MALFORMED_RESPONSE"
        ]


async def test_objects_that_a_null_removed_get_no_part() -> None:
    query_plan = plan(
        of("Query", out("top", "[Product]", of("Product", out("must", "Int!")))),
        root(0, "products", wire("top", "[Product]", *TOP.children, wire("must", "Int"))),
        deferred().fetches[1],
        primary=(0,),
        deferred=(
            Deferred(None, path("top.@"), path("top.@"), of("Product", out("stars", "Int")), (1,)),
        ),
    )
    tops = [
        {"__typename": "Product", "upc": "1", "must": None},
        {"__typename": "Product", "upc": "2", "must": 1},
    ]
    for mode in MODES:
        received = await payloads(query_plan, {**REPLIES, "fetch 0": {"data": {"top": tops}}}, mode)
        assert [part.path for part in received[1].parts] == [("top", 1)]


async def test_nested_parts_wait_for_the_outer_one() -> None:
    query_plan = plan(
        of("Query", out("a")),
        root(0, "a", wire("a")),
        root(1, "b", wire("box", "Box", wire("x"), wire("id", "ID!"), typename())),
        entities(2, "c", call("box", by("Box", key("id")), wire("y")), after=[1]),
        primary=(0,),
        deferred=(
            Deferred("outer", (), (), of("Query", out("box", "Box", of("Box", out("x")))), (1,)),
            Deferred("inner", path("box"), path("box"), of("Box", out("y")), (2,), parent=0),
        ),
    )
    replies = {
        "fetch 0": {"data": {"a": "A"}},
        "fetch 1": {"data": {"box": {"__typename": "Box", "id": "1", "x": "X"}}},
        "fetch 2": {"data": {"_entities": [{"y": "Y"}]}},
    }
    for mode in MODES:
        received = await payloads(query_plan, replies, mode)
        labels = [part.label for payload in received for part in payload.parts]
        assert labels == ["outer", "inner"]
        assert folded(received) == {"a": "A", "box": {"x": "X", "y": "Y"}}


async def test_leaving_early_cancels_what_is_under_way() -> None:
    prepared = prepare(deferred(), Script(REPLIES))
    stream = prepared.stream(ExecutionContext())
    assert (await anext(stream)).initial is not None
    await stream.aclose()


async def test_a_delivery_leaves_no_cycles_behind() -> None:
    for mode in MODES:
        prepared = prepare(deferred(), Script(REPLIES), mode)
        for measured in (False, True):
            gc.collect()
            gc.disable()
            try:
                count = 0
                async for _payload in prepared.stream(ExecutionContext()):
                    count += 1
                await asyncio.sleep(0)
                assert count == 2
                assert not measured or gc.collect() == 0
            finally:
                gc.enable()
