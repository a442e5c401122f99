"""Objects that are alike are made one while an answer is put together, and nobody can tell.

The same product stands in many places of an answer. Generated code merges into it, finishes it and
encodes it once; the interpreter knows nothing of this, so it says what each place has to show: to
the letter, because to Python `1`, `1.0` and `true` are equal, and to clients they are not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.execute.port import (
    ErrorPolicy,
    ExecutionContext,
    ExecutionResult,
    ExecutorOptions,
    SubgraphExtensions,
)
from gateway.plan.nodes import QueryPlan
from tests.execute.plans import (
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

OPEN = ErrorPolicy(all=True)
TARGET = "shops.@.shelves.@.item"


def shop_plan(stock: str = "Int") -> QueryPlan:
    """Shops with shelves with items, whose name and stock another subgraph knows.

    An item has leaves of its own (`id`, `price`) and an object below it (`box`), also with a list.
    """
    box = wire("box", "Box", wire("w", "Float"), wire("tags", "[Int]"), wire("grid", "[[Float]]"))
    item = wire("item", "Item", typename(), wire("id", "ID"), wire("price", "Float"), box)
    shown_box = of("Box", out("w", "Float"), out("tags", "[Int]"), out("grid", "[[Float]]"))
    shown = of(
        "Item",
        out("id", "ID"),
        out("cost", "Float", source="price"),
        out("box", "Box", shown_box),
        out("title", source="name"),
        out("stock", stock),
    )
    shelves = of("Shelf", out("item", "Item", shown))
    return plan(
        of(
            "Query",
            out("all", "[Shop]", of("Shop", out("shelves", "[Shelf]", shelves)), source="shops"),
        ),
        root(0, "a", wire("shops", "[Shop]", wire("shelves", "[Shelf]", item))),
        entities(
            1,
            "b",
            call(TARGET, by("Item", key("id")), wire("name"), wire("stock", stock)),
            after=[0],
        ),
    )


def item(identity: str = '"1"', price: str = "1", box: str = "null") -> str:
    """An item as subgraph `a` writes it; the values are JSON text."""
    return f'{{"__typename":"Item","id":{identity},"price":{price},"box":{box}}}'


def box(w: str = "1", tags: str = "[1]", grid: str = "[[1]]") -> str:
    return f'{{"w":{w},"tags":{tags},"grid":{grid}}}'


def shops(items: Sequence[str]) -> bytes:
    """Subgraph `a`'s answer: the items on the shelves of two shops."""
    half = (len(items) + 1) // 2
    shelves = [
        ",".join(f'{{"item":{one}}}' for one in part) for part in (items[:half], items[half:])
    ]
    listed = ",".join(f'{{"shelves":[{shelf}]}}' for shelf in shelves)
    return f'{{"data":{{"shops":[{listed}]}}}}'.encode()


def named(variables: dict[str, Any]) -> dict[str, Any]:
    """Subgraph `b`'s answer: a name for each representation."""
    wanted = variables["representations"]
    return {"data": {"_entities": [{"name": f"n{one['id']}", "stock": 3} for one in wanted]}}


async def both(
    query: QueryPlan, replies: dict[str, Any], **options: Any
) -> tuple[ExecutionResult, ExecutionResult]:
    """The interpreter's answer and the generated code's, which must have made objects one."""
    context = ExecutionContext({}, errors=OPEN)
    interpreted = prepare(query, Script(replies), ExecutorOptions(compiled=False, **options))
    compiled = prepare(query, Script(replies), ExecutorOptions(compiled=True, **options))
    assert "get_alike" in (compiled.source or "")
    return await interpreted.run(context), await compiled.run(context)


async def agreed(query: QueryPlan, replies: dict[str, Any], **options: Any) -> ExecutionResult:
    """The answer, which is the same to the letter in both ways."""
    expected, result = await both(query, replies, **options)
    assert result.data == expected.data
    assert result.errors == expected.errors
    return result


# The members of a family are equal to Python, or nearly so, and each is another text.
FAMILIES = [
    ("0", "-0", "0.0", "-0.0", "false", '"0"', "null", '""'),
    ("1", "1.0", "true", '"1"', '"1.0"', '"true"'),
    ("9007199254740993", "9007199254740993.0", "9007199254740992.0", "9007199254740992"),
    ("9223372036854775807", "9223372036854775808", "9223372036854775808.0"),
    ("18446744073709551615", "18446744073709551616", "18446744073709551616.0"),
    ("0.1", "0.10", "1e-1", "0.1000000000000000055511151231257827"),
]


@st.composite
def families(draw: st.DrawFn) -> list[str]:
    """Items that differ in nothing but the spelling of their numbers."""
    family = draw(st.sampled_from(FAMILIES))
    texts = st.just(family[0]) | st.sampled_from(family)
    size = draw(st.integers(0, 2))
    rows = st.lists(texts, min_size=size, max_size=size).map(lambda row: f"[{','.join(row)}]")
    boxes = st.just("null") if size == 2 else st.builds(box, texts, rows, rows.map("[{}]".format))
    items = st.builds(item, st.sampled_from(['"1"', '"1"', '"2"']), texts, boxes)
    return draw(st.lists(items, min_size=2, max_size=9))


@given(families(), st.booleans())
@settings(max_examples=100, deadline=None)
async def test_every_place_shows_what_its_subgraph_wrote_there(
    items: list[str], twice: bool
) -> None:
    await agreed(shop_plan(), {"fetch 0": shops(items * 2 if twice else items), "fetch 1": named})


@pytest.mark.parametrize("where", ["price", "w", "tags", "grid"])
@pytest.mark.parametrize("first", ["0", "0.0", "1", "true"])
async def test_numbers_that_python_calls_equal_stay_apart(where: str, first: str) -> None:
    same = {"0": ["0", "0.0", "-0.0", "false"], "1": ["1", "1.0", "true"]}[
        "0" if first[0] == "0" else "1"
    ]
    spelt = [first, *same, first, *same]
    made = {
        "price": [item(price=text) for text in spelt],
        "w": [item(box=box(w=text)) for text in spelt],
        "tags": [item(box=box(tags=f"[{text}]")) for text in spelt],
        "grid": [item(box=box(grid=f"[[{text}]]")) for text in spelt],
    }[where]
    result = await agreed(shop_plan(), {"fetch 0": shops(made), "fetch 1": named})
    shown = [
        {
            "price": lambda it: it["cost"],
            "w": lambda it: it["box"]["w"],
            "tags": lambda it: it["box"]["tags"][0],
            "grid": lambda it: it["box"]["grid"][0][0],
        }[where](shelf["item"])
        for shop in json.loads(result.data)["all"]
        for shelf in shop["shelves"]
    ]
    assert [json.dumps(value) for value in shown] == spelt


async def test_keys_in_another_order_make_no_other_object() -> None:
    one = '{"__typename":"Item","id":"1","price":1,"box":{"w":1,"tags":[1],"grid":[]}}'
    other = '{"box":{"grid":[],"tags":[1],"w":1},"price":1,"id":"1","__typename":"Item"}'
    expected, result = await both(
        shop_plan(), {"fetch 0": shops([one, other, one]), "fetch 1": named}
    )
    assert json.loads(result.data) == json.loads(expected.data)
    items = [s["item"] for shop in json.loads(result.data)["all"] for s in shop["shelves"]]
    assert items == [items[0]] * 3


async def test_identifiers_of_other_kinds_are_other_objects() -> None:
    items = [item(identity) for identity in ('"1"', "1", "1.0", "true", '"1"')]
    script = {"fetch 0": shops(items), "fetch 1": named}
    result = await agreed(shop_plan(), script)
    shown = [s["item"] for shop in json.loads(result.data)["all"] for s in shop["shelves"]]
    assert [one["title"] for one in shown] == ["n1", "n1", "n1.0", "nTrue", "n1"]


# --- errors ---------------------------------------------------------------------------------------

THREE = [item('"1"'), item('"2"'), item('"1"'), item('"2"'), item('"1"')]
PLACES = {  # by item, in the client's terms
    "1": [["all", 0, "shelves", 0], ["all", 0, "shelves", 2], ["all", 1, "shelves", 1]],
    "2": [["all", 0, "shelves", 1], ["all", 1, "shelves", 0]],
}


def troubled(*entities: Any, errors: Sequence[list[Any]] = (), **more: Any) -> dict[str, Any]:
    told = [{"message": f"m{number}", "path": path} for number, path in enumerate(errors)]
    return {"data": {"_entities": list(entities)}, "errors": told, **more}


async def test_an_error_below_an_alike_object_names_each_of_its_places() -> None:
    reply = troubled(
        {"name": None, "stock": 1},
        {"name": "two", "stock": None},
        errors=[["_entities", 0, "name"], ["_entities", 1, "stock"]],
    )
    replies = {"fetch 0": shops(THREE), "fetch 1": reply}
    result = await agreed(shop_plan(), replies, every_position=True)
    assert [error["path"] for error in result.errors] == [
        *([*place, "item", "title"] for place in PLACES["1"]),
        *([*place, "item", "stock"] for place in PLACES["2"]),
    ]
    result = await agreed(shop_plan(), replies)
    assert [(error["path"], error["extensions"]["positions"]) for error in result.errors] == [
        ([*PLACES["1"][0], "item", "title"], 3),
        ([*PLACES["2"][0], "item", "stock"], 2),
    ]


async def test_a_null_that_is_not_allowed_takes_each_place_with_it() -> None:
    silent = troubled({"name": "one", "stock": 1}, {"name": "two", "stock": None})
    query = shop_plan(stock="Int!")
    result = await agreed(query, {"fetch 0": shops(THREE), "fetch 1": silent})
    shown = [s["item"] for shop in json.loads(result.data)["all"] for s in shop["shelves"]]
    assert [one and one["title"] for one in shown] == ["one", None, "one", None, "one"]
    assert [error["path"] for error in result.errors] == [
        [*place, "item", "stock"] for place in PLACES["2"]
    ]
    told = troubled(
        {"name": "one", "stock": 1},
        {"name": "x", "stock": None},
        errors=[["_entities", 1, "stock"]],
    )
    result = await agreed(query, {"fetch 0": shops(THREE), "fetch 1": told})
    assert [error["message"] for error in result.errors] == ["m0"]  # it explains all the nulls


async def test_a_missing_entity_leaves_each_of_its_places_as_it_was() -> None:
    reply = troubled(None, {"name": "two", "stock": 2}, errors=[["_entities", 0]])
    result = await agreed(
        shop_plan(), {"fetch 0": shops(THREE), "fetch 1": reply}, every_position=True
    )
    shown = [s["item"] for shop in json.loads(result.data)["all"] for s in shop["shelves"]]
    assert [(one["id"], one["title"]) for one in shown] == [
        ("1", None),
        ("2", "two"),
        ("1", None),
        ("2", "two"),
        ("1", None),
    ]
    assert [error["path"] for error in result.errors] == [[*place, "item"] for place in PLACES["1"]]


# --- extensions -----------------------------------------------------------------------------------


def located(result: ExecutionResult) -> list[list[list[Any]]]:
    """For each subgraph's extensions: the client's places of all that they speak of."""

    def places(each: SubgraphExtensions) -> list[list[Any]]:
        told = each.extensions["paths"]
        return [list(place) for path in told for place in each.locate(path)]

    return [places(each) for each in result.extensions]


@pytest.mark.parametrize("boxes", [("null", "null"), (box(), box()), (box(), box(w="1.0"))])
@pytest.mark.parametrize("spoilt", [False, True])
async def test_extensions_lead_to_each_place_of_an_alike_object(
    boxes: tuple[str, str], spoilt: bool
) -> None:
    items = [item(f'"{1 + n % 2}"', box=boxes[n // 2 % 2]) for n in range(5)]
    first = json.loads(shops(items))
    first["extensions"] = {"paths": [["shops", 0, "shelves", 2, "item"]]}
    reply = troubled(
        {"name": "one", "stock": 1},
        {"name": "two", "stock": None if spoilt else 2},
        extensions={"paths": [["_entities", 0], ["_entities", 1, "name"], ["_entities", 2]]},
    )
    expected, result = await both(shop_plan(stock="Int!"), {"fetch 0": first, "fetch 1": reply})
    assert located(result) == located(expected)
    assert located(result) == [
        [["all", 0, "shelves", 2, "item"]],
        [
            *([*place, "item"] for place in PLACES["1"]),
            *([*place, "item", "title"] for place in PLACES["2"]),
        ],
    ]
    assert result.data == expected.data
