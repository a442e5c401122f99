"""Objects are finished in place only where nothing else shows them."""

from __future__ import annotations

from typing import Any

from gateway.execute.port import ExecutionContext
from gateway.plan.nodes import QueryPlan
from tests.execute.plans import (
    Script,
    by,
    call,
    data_of,
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


async def answer(query: QueryPlan, replies: dict[str, Any]) -> Any:
    """The answer, the same in every way of running, and without help for the generated code."""
    data, errors, _ = await run(query, replies)
    assert errors == []
    prepared = prepare(query, Script(replies))
    for _ in range(2):
        assert data_of(await prepared.run(ExecutionContext())) == data
    assert prepared.fallbacks == 0
    return data


async def test_two_names_for_one_value() -> None:
    item = (typename(), wire("id", "ID!"), wire("size", "Size!", wire("w", "Int!")))
    shown = of(
        "Box",
        out(
            "item",
            "Item!",
            of("Item", out("id", "ID!"), out("title", source="name")),
        ),
    )
    query = plan(
        of("Query", out("box", "Box!", shown), out("again", "Box!", shown, source="box")),
        root(0, "a", wire("box", "Box!", wire("item", "Item!", *item))),
        entities(1, "b", call("box.item", by("Item", key("id")), wire("name")), after=[0]),
    )
    thing = {"__typename": "Item", "id": "1", "size": {"w": 1}}
    data = await answer(
        query,
        {
            "fetch 0": {"data": {"box": {"item": thing}}},
            "fetch 1": {"data": {"_entities": [{"name": "Ann"}]}},
        },
    )
    assert data["again"] == data["box"] == {"item": {"id": "1", "title": "Ann"}}


async def test_one_entity_for_two_objects_that_are_not_alike() -> None:
    product = wire("product", "Product!", typename(), wire("upc", "ID!"))
    reviews = wire("reviews", "[Review!]!", wire("body", "String!"), product)
    review = of(
        "Review",
        out("body", "String!"),
        out("product", "Product!", of("Product", out("title", source="name"))),
    )
    user = of("User", out("nick"), out("reviews", "[Review!]!", review))
    query = plan(
        of("Query", out("users", "[User!]!", user)),
        root(0, "a", wire("users", "[User!]!", typename(), wire("id", "ID!"), wire("nick"))),
        entities(1, "b", call("users.@", by("User", key("id")), reviews), after=[0]),
        entities(
            2,
            "c",
            call("users.@.reviews.@.product", by("Product", key("upc")), wire("name")),
            after=[1],
        ),
    )
    users = [{"__typename": "User", "id": "1", "nick": nick} for nick in ("a", "b", "a")]
    told = [{"body": "x", "product": {"__typename": "Product", "upc": "p"}}] * 2
    data = await answer(
        query,
        {
            "fetch 0": {"data": {"users": users}},
            "fetch 1": {"data": {"_entities": [{"reviews": told}]}},
            "fetch 2": {"data": {"_entities": [{"name": "Desk"}]}},
        },
    )
    one = {"body": "x", "product": {"title": "Desk"}}
    assert data == {"users": [{"nick": nick, "reviews": [one, one]} for nick in ("a", "b", "a")]}


async def test_a_null_found_late_spoils_nothing() -> None:
    """The walk has finished some objects when it meets the null; the rest of the answer stands."""
    item = of("Item", out("id", "ID!"), out("part", "Part", of("Part", out("name", "String!"))))
    part = wire("part", "Part!", typename(), wire("code", "ID!"))
    query = plan(
        of("Query", out("items", "[Item]!", item)),
        root(0, "a", wire("items", "[Item]!", wire("id", "ID!"), part)),
        entities(
            1, "b", call("items.@.part", by("Part", key("code")), wire("name", "String")), after=[0]
        ),
    )
    items = [
        {"id": str(index), "part": {"__typename": "Part", "code": str(index % 3)}}
        for index in range(6)
    ]
    replies = {
        "fetch 0": {"data": {"items": items}},
        "fetch 1": {"data": {"_entities": [{"name": "A"}, {"name": None}, {"name": "C"}]}},
    }
    data, errors, _ = await run(query, replies)
    names = [entry["part"] and entry["part"]["name"] for entry in data["items"]]
    assert names == ["A", None, "C", "A", None, "C"]
    assert [error["path"] for error in errors] == [["items", i, "part", "name"] for i in (1, 4)]
