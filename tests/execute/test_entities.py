"""Entities: collected along paths, sent once each, merged wherever they stand."""

from __future__ import annotations

import pytest

from gateway.execute.port import ExecutorOptions
from gateway.plan.nodes import (
    ContextArgument,
    ContextSource,
    KeyField,
    Literal,
    Representation,
    TypeKind,
)
from tests.execute.plans import (
    by,
    call,
    entities,
    key,
    of,
    out,
    path,
    plan,
    root,
    run,
    typename,
    wire,
)

PRODUCT = by("Product", key("upc"))
TOP = wire("top", "[Product]", typename(), wire("upc", "ID!", internal=True))


def two_hops(**more):
    fetch = entities(1, "reviews", call("top.@", PRODUCT, wire("stars", "Int"), **more), after=[0])
    output = of("Query", out("best", "[Product]", of("Product", out("stars", "Int")), source="top"))
    return plan(output, root(0, "products", TOP), fetch)


async def test_equal_representations_are_sent_once_and_merged_everywhere() -> None:
    tops = [{"__typename": "Product", "upc": upc} for upc in ("1", "2", "1")]
    data, errors, script = await run(
        two_hops(),
        {
            "fetch 0": {"data": {"top": [*tops, None]}},
            "fetch 1": {"data": {"_entities": [{"stars": 5}, None]}},
        },
    )
    assert data == {"best": [{"stars": 5}, {"stars": None}, {"stars": 5}, None]}
    assert errors == []
    sent = script.variables_of("fetch 1")[0]["representations"]
    assert sent == [{"__typename": "Product", "upc": "1"}, {"__typename": "Product", "upc": "2"}]


async def test_keys_are_told_apart_by_class() -> None:
    upcs = [1, "1", True, 1.0, {"a": 1}, {"a": 1}, [1], 1]
    _, _, script = await run(
        two_hops(),
        {
            "fetch 0": {"data": {"top": [{"__typename": "Product", "upc": upc} for upc in upcs]}},
            "fetch 1": lambda variables: {
                "data": {"_entities": [{}] * len(variables["representations"])}
            },
        },
    )
    sent = [item["upc"] for item in script.variables_of("fetch 1")[0]["representations"]]
    assert [(type(value), value) for value in sent] == [
        (type(value), value) for value in [1, "1", True, 1.0, {"a": 1}, [1]]
    ]


@pytest.mark.parametrize("gone", [{}, {"upc": None}, {"__typename": "Other", "upc": "1"}])
async def test_objects_without_key_or_of_another_type_are_left_alone(gone) -> None:
    reply = {"data": {"top": [{"__typename": "Product", **gone}]}}
    if "__typename" in gone:
        two = plan(
            of("Query", out("top", "[Node]", of("Node: Product Other", out("stars", "Int")))),
            root(0, "products", wire("top", "[Node]", *TOP.children, kind=TypeKind.ABSTRACT)),
            two_hops().fetches[1],
        )
        data, errors, script = await run(two, {"fetch 0": reply})
        assert data == {"top": [{"stars": None}]}
    else:
        data, errors, script = await run(two_hops(), {"fetch 0": reply})
        assert data == {"best": [{"stars": None}]}
    assert errors == []
    assert len(script.asked) == 1


async def test_several_calls_and_paths_share_one_request() -> None:
    one = call(["a", "b.@"], PRODUCT, wire("stars", "Int"), alias="_e0", variable="r0")
    other = call(
        "c", PRODUCT, wire("stock", "Int"), alias="_e1", variable="r1", include_variable="i1"
    )
    product = (typename(), wire("upc", "ID!"))
    fetches = [
        root(
            0,
            "p",
            *(
                wire(name, type_text, *product)
                for name, type_text in (("a", "Product"), ("b", "[Product]"), ("c", "Product"))
            ),
        ),
        entities(1, "r", one, other, after=[0]),
    ]
    stars = of("Product", out("stars", "Int"))
    output = of(
        "Query",
        out("a", "Product", stars),
        out("b", "[Product]", stars),
        out("c", "Product", of("Product", out("stock", "Int"))),
    )
    entity = {"__typename": "Product", "upc": "1"}
    data, errors, script = await run(
        plan(output, *fetches),
        {
            "fetch 0": {"data": {"a": entity, "b": [entity, {**entity, "upc": "2"}], "c": None}},
            "fetch 1": {"data": {"_e0": [{"stars": 1}, {"stars": 2}]}},
        },
    )
    assert data == {"a": {"stars": 1}, "b": [{"stars": 1}, {"stars": 2}], "c": None}
    assert errors == []
    assert script.variables_of("fetch 1") == [
        {"r0": [entity, {**entity, "upc": "2"}], "r1": [], "i1": False}
    ]


async def test_required_values_go_along_null_included_but_not_absent() -> None:
    shipping = Representation(
        ("Product",),
        "Product",
        (
            key("upc"),
            KeyField("price", "price_1"),
            KeyField("box", "box", (KeyField("w", "w"), KeyField("x", "x", on=("Big",)))),
        ),
    )
    fetches = [
        root(
            0,
            "p",
            wire(
                "top",
                "[Product]",
                typename(),
                wire("upc", "ID!"),
                wire("price_1", "Int"),
                wire(
                    "box",
                    "Box",
                    typename(),
                    wire("w", "Int"),
                    wire("x", "Int"),
                    kind=TypeKind.ABSTRACT,
                ),
            ),
        ),
        entities(1, "s", call("top.@", shipping, wire("cost", "Int")), after=[0]),
    ]
    output = of("Query", out("top", "[Product]", of("Product", out("cost", "Int"))))
    small = {"__typename": "Small", "w": 1}
    _, _, script = await run(
        plan(output, *fetches),
        {
            "fetch 0": {
                "data": {
                    "top": [
                        {"__typename": "Product", "upc": "1", "price_1": None, "box": small},
                        {"__typename": "Product", "upc": "2", "price_1": 3, "box": None},
                        {"__typename": "Product", "upc": "3", "box": small},
                        {
                            "__typename": "Product",
                            "upc": "4",
                            "price_1": 3,
                            "box": {"__typename": "Big", "w": 1, "x": 2},
                        },
                        {
                            "__typename": "Product",
                            "upc": "5",
                            "price_1": 3,
                            "box": {"__typename": "Big", "w": 1},
                        },
                    ]
                }
            },
            "fetch 1": {"data": {"_entities": [{"cost": 1}, {"cost": 2}, {"cost": 4}]}},
        },
    )
    assert script.variables_of("fetch 1")[0]["representations"] == [
        {"__typename": "Product", "upc": "1", "price": None, "box": {"w": 1}},
        {"__typename": "Product", "upc": "2", "price": 3, "box": None},
        {"__typename": "Product", "upc": "4", "price": 3, "box": {"w": 1, "x": 2}},
    ]


async def test_nested_and_list_keys() -> None:
    nested = by("Product", key("maker", key("id")), key("parts", key("code")))
    fetches = [
        root(
            0,
            "p",
            wire(
                "top",
                "[Product]",
                typename(),
                wire("maker", "Maker", wire("id", "ID")),
                wire("parts", "[Part]", wire("code", "ID")),
            ),
        ),
        entities(1, "s", call("top.@", nested, wire("cost", "Int")), after=[0]),
    ]
    output = of("Query", out("top", "[Product]", of("Product", out("cost", "Int"))))
    good = {"__typename": "Product", "maker": {"id": "m"}, "parts": [{"code": "x"}, {"code": "y"}]}
    data, _, script = await run(
        plan(output, *fetches),
        {
            "fetch 0": {
                "data": {
                    "top": [
                        good,
                        {**good, "maker": None},
                        {**good, "parts": [None]},
                        {**good, "parts": [{"code": None}]},
                        {**good, "parts": []},
                    ]
                }
            },
            "fetch 1": {"data": {"_entities": [{"cost": 1}, {"cost": 2}]}},
        },
    )
    assert script.variables_of("fetch 1")[0]["representations"] == [good, {**good, "parts": []}]
    assert [item["cost"] for item in data["top"]] == [1, None, None, None, 2]


async def test_interface_objects_are_entered_without_and_left_with_their_type() -> None:
    any_node = Representation(None, "Node", (key("id"),))
    fetches = [
        root(
            0, "io", wire("nodes", "[Node]", typename(), wire("id", "ID!"), kind=TypeKind.ABSTRACT)
        ),
        entities(1, "types", call("nodes.@", any_node, typename()), after=[0]),
        entities(2, "names", call("nodes.@.|User", by("User", key("id")), wire("name")), after=[1]),
    ]
    node = of("Node: User Product", out("__typename", "String!"), out("name", on=("User",)))
    data, errors, script = await run(
        plan(of("Query", out("nodes", "[Node]", node)), *fetches),
        {
            "fetch 0": {
                "data": {
                    "nodes": [{"__typename": "Node", "id": "1"}, {"__typename": "Node", "id": "2"}]
                }
            },
            "fetch 1": {"data": {"_entities": [{"__typename": "User"}, {"__typename": "Product"}]}},
            "fetch 2": {"data": {"_entities": [{"name": "Ann"}]}},
        },
    )
    assert script.variables_of("fetch 1")[0]["representations"][0] == {
        "__typename": "Node",
        "id": "1",
    }
    assert data == {"nodes": [{"__typename": "User", "name": "Ann"}, {"__typename": "Product"}]}
    assert errors == []


async def test_a_concrete_type_is_not_overwritten_by_an_interface() -> None:
    fetches = [
        root(0, "a", wire("node", "Node", typename(), wire("id", "ID!"), kind=TypeKind.ABSTRACT)),
        entities(
            1,
            "io",
            call(
                "node", Representation(None, "Node", (key("id"),)), typename(), wire("likes", "Int")
            ),
            after=[0],
        ),
    ]
    node = of(
        "Node: User Product", out("kind", "String!", source="__typename"), out("likes", "Int")
    )
    data, errors, _ = await run(
        plan(of("Query", out("node", "Node", node)), *fetches),
        {
            "fetch 0": {"data": {"node": {"__typename": "User", "id": "1"}}},
            "fetch 1": {"data": {"_entities": [{"__typename": "Node", "likes": 3}]}},
        },
    )
    assert (data, errors) == ({"node": {"kind": "User", "likes": 3}}, [])


async def test_context_values_go_with_their_own_objects() -> None:
    context = ContextArgument("c", (ContextSource(2, ("money", "unit")),))
    fetches = [
        root(
            0,
            "a",
            wire(
                "users",
                "[User]",
                wire("money", "Money", wire("unit")),
                wire("items", "[Item]", typename(), wire("id", "ID!")),
            ),
        ),
        entities(
            1,
            "b",
            call(
                "users.@.items.@", by("Item", key("id")), wire("price", "Int"), contexts=(context,)
            ),
            after=[0],
        ),
    ]
    output = of(
        "Query",
        out("users", "[User]", of("User", out("items", "[Item]", of("Item", out("price", "Int"))))),
    )
    item = {"__typename": "Item", "id": "1"}
    users = [{"money": {"unit": unit}, "items": [item]} for unit in ("EUR", "USD", "EUR")]

    def price(variables):
        return {"data": {"_entities": [{"price": 1 if variables["c"] == "EUR" else 2}]}}

    data, errors, script = await run(
        plan(output, *fetches), {"fetch 0": {"data": {"users": users}}, "fetch 1": price}
    )
    assert [user["items"][0]["price"] for user in data["users"]] == [1, 2, 1]
    assert errors == []
    assert [asked["c"] for asked in script.variables_of("fetch 1")] == ["EUR", "USD"]


async def test_conditions_decide_what_is_sent() -> None:
    yes, no = Literal("yes", True), Literal("yes", False)
    conditional = entities(
        1, "r", call("top.@", PRODUCT, wire("stars", "Int"), when=((yes,),)), after=[0]
    )
    skipped = entities(
        2, "s", call("top.@", PRODUCT, wire("stock", "Int")), after=[0], when=((no,),)
    )
    product = of("Product", out("stars", "Int", when=((yes,),)), out("stock", "Int", when=((no,),)))
    conditioned = plan(
        of("Query", out("top", "[Product]", product)), root(0, "p", TOP), conditional, skipped
    )
    replies = {
        "fetch 0": {"data": {"top": [{"__typename": "Product", "upc": "1"}]}},
        "fetch 1": {"data": {"_entities": [{"stars": 4}]}},
        "fetch 2": {"data": {"_entities": [{"stock": 2}]}},
    }
    data, _, script = await run(conditioned, replies, {"yes": True})
    assert data == {"top": [{"stars": 4}]}
    assert [query for query, _ in script.asked] == ["fetch 0", "fetch 1"]
    data, _, script = await run(conditioned, replies, {"yes": False})
    assert data == {"top": [{"stock": 2}]}
    assert [query for query, _ in script.asked] == ["fetch 0", "fetch 2"]


async def test_root_fields_can_be_fetched_below() -> None:
    again = root(1, "b", wire("now"), at="payload.query", depends_on=(0,))
    fetches = [root(0, "a", wire("payload", "Payload", wire("query", "Query", typename()))), again]
    output = of(
        "Query",
        out("payload", "Payload", of("Payload", out("query", "Query", of("Query", out("now"))))),
    )
    data, errors, _ = await run(
        plan(output, *fetches),
        {
            "fetch 0": {"data": {"payload": {"query": {"__typename": "Query"}}}},
            "fetch 1": {"data": {"now": "noon"}},
        },
    )
    assert (data, errors) == ({"payload": {"query": {"now": "noon"}}}, [])
    assert path("payload.query")


async def test_lists_of_lists() -> None:
    grid = wire("grid", "[[Product]]", *TOP.children)
    fetches = [
        root(0, "p", grid),
        entities(1, "r", call("grid.@.@", PRODUCT, wire("stars", "Int!")), after=[0]),
    ]
    output = of("Query", out("grid", "[[Product]]", of("Product", out("stars", "Int!"))))
    one, two = ({"__typename": "Product", "upc": upc} for upc in "12")
    data, errors, _ = await run(
        plan(output, *fetches),
        {
            "fetch 0": {"data": {"grid": [[one, None], None, [], [two, one]]}},
            "fetch 1": {"data": {"_entities": [{"stars": 1}, None]}},
        },
    )
    assert data == {"grid": [[{"stars": 1}, None], None, [], [None, {"stars": 1}]]}
    assert [error["path"] for error in errors] == [["grid", 3, 0, "stars"]]


async def test_requests_by_context_count_once_against_the_bound() -> None:
    """Groups of context values are requests of their own, also where one fetch alone is due."""
    context = ContextArgument("c", (ContextSource(2, ("unit",)),))
    item = by("Item", key("id"))
    price = call("users.@.items.@", item, wire("price", "Int"), contexts=(context,))
    items = wire("items", "[Item]", typename(), wire("id", "ID!"))
    below = of("User", out("items", "[Item]", of("Item", out("price", "Int"))))
    query = plan(
        of("Query", out("users", "[User]", below)),
        root(0, "a", wire("users", "[User]", wire("unit"), items)),
        entities(1, "b", price, after=[0]),
    )
    thing = {"__typename": "Item", "id": "1"}
    users = [{"unit": unit, "items": [thing]} for unit in ("EUR", "USD")]
    replies = {
        "fetch 0": {"data": {"users": users}},
        "fetch 1": {"data": {"_entities": [{"price": 1}]}},
    }
    _, errors, script = await run(query, replies, options=ExecutorOptions(max_entities=2))
    assert errors == []
    assert len(script.asked) == 3
