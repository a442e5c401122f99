"""What clients get when subgraphs fail: null where due, errors at the client's own paths."""

from __future__ import annotations

import json

import pytest

from gateway.errors import Code
from gateway.execute.port import ErrorPolicy, ExecutorOptions
from gateway.plan.nodes import Literal, OperationKind, TypeKind
from gateway.transport.port import SubgraphResponse, TransportError
from tests.execute.plans import by, call, entities, key, of, out, plan, root, run, typename, wire

OPEN = ErrorPolicy(all=True)


def hop(inner: str = "Int", item: str = "Product", outer: str = "[Product]"):
    """`best: top { stars }`, stars by an entity fetch."""
    del item
    top = wire("top", outer, typename(), wire("upc", "ID!", internal=True))
    fetch = entities(
        1, "reviews", call("top.@", by("Product", key("upc")), wire("stars", inner)), after=[0]
    )
    best = out("best", outer, of("Product", out("rating", inner, source="stars")), source="top")
    return plan(of("Query", best), root(0, "products", top), fetch)


TOPS = {"data": {"top": [{"__typename": "Product", "upc": upc} for upc in ("1", "2", "1")]}}


async def test_an_entitys_error_is_reported_where_the_entity_stands() -> None:
    reply = {
        "data": {"_entities": [{"stars": None}, {"stars": 2}]},
        "errors": [
            {
                "message": "no stars",
                "path": ["_entities", 0, "stars"],
                "extensions": {"x": 1},
                "locations": [],
            }
        ],
    }
    replies = {"fetch 0": TOPS, "fetch 1": reply}
    data, errors, _ = await run(hop(), replies, errors=OPEN)
    assert data["best"] == [{"rating": None}, {"rating": 2}, {"rating": None}]
    assert errors == [
        {
            "message": "no stars",
            "path": ["best", 0, "rating"],
            "extensions": {"x": 1, "code": "DOWNSTREAM_SERVICE_ERROR", "positions": 2},
        }
    ]
    _, errors, _ = await run(
        hop(), replies, errors=OPEN, options=ExecutorOptions(every_position=True)
    )
    assert [error["path"] for error in errors] == [["best", 0, "rating"], ["best", 2, "rating"]]


async def test_errors_are_masked_unless_the_subgraph_is_included() -> None:
    reply = {
        "data": {"_entities": [None, None]},
        "errors": [
            {
                "message": "secret",
                "path": ["_entities", 1],
                "extensions": {"code": "X", "stack": "..."},
            }
        ],
    }
    replies = {"fetch 0": TOPS, "fetch 1": reply}
    _, errors, _ = await run(hop(), replies)
    assert errors == [
        {
            "message": "A subgraph reported an error.",
            "path": ["best", 1],
            "extensions": {"code": "DOWNSTREAM_SERVICE_ERROR"},
        }
    ]
    policy = ErrorPolicy(subgraphs={"reviews": True}, extensions=frozenset({"code"}), service=True)
    _, errors, _ = await run(hop(), replies, errors=policy)
    assert errors == [
        {
            "message": "secret",
            "path": ["best", 1],
            "extensions": {"code": "X", "service": "reviews"},
        }
    ]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (TransportError(Code.GATEWAY_TIMEOUT, "slow"), "GATEWAY_TIMEOUT"),
        (TransportError(Code.SUBREQUEST_HTTP_ERROR, "refused"), "SUBREQUEST_HTTP_ERROR"),
        (SubgraphResponse(503, b"<html>"), "SUBREQUEST_HTTP_ERROR"),
        (b"", "SUBREQUEST_MALFORMED_RESPONSE"),
        (b'{"data":{"_entities":[', "SUBREQUEST_MALFORMED_RESPONSE"),
        (b"[" * 5000, "SUBREQUEST_MALFORMED_RESPONSE"),
        (b"[1]", "SUBREQUEST_MALFORMED_RESPONSE"),
        (b'{"data":NaN}', "SUBREQUEST_MALFORMED_RESPONSE"),
        ({"data": [1]}, "SUBREQUEST_MALFORMED_RESPONSE"),
        ({"data": None}, "SUBREQUEST_MALFORMED_RESPONSE"),
        ({}, "SUBREQUEST_MALFORMED_RESPONSE"),
        ({"data": None, "errors": "no"}, "SUBREQUEST_MALFORMED_RESPONSE"),
        ({"data": {"_entities": None}}, "SUBREQUEST_MALFORMED_RESPONSE"),
        ({"data": {"_entities": {}}}, "SUBREQUEST_MALFORMED_RESPONSE"),
        ({"data": {}}, "SUBREQUEST_MALFORMED_RESPONSE"),
        (
            b'{"data":{"_entities":[{"stars":1},{"stars":1}]},"x":"' + b"y" * 3000 + b'"}',
            "SUBREQUEST_TOO_LARGE",
        ),
    ],
)
async def test_a_failed_request_is_one_error_and_nulls(reply, code) -> None:
    options = ExecutorOptions(max_response_bytes=3000)
    if isinstance(reply, bytes) and len(reply) == 5000:
        options = ExecutorOptions()
    data, errors, _ = await run(hop(), {"fetch 0": TOPS, "fetch 1": reply}, options=options)
    assert data == {"best": [{"rating": None}] * 3}
    assert [(error["extensions"]["code"], error["path"]) for error in errors] == [(code, ["best"])]
    assert errors[0]["extensions"]["fetchPath"] == ["best", "@"]
    data, errors, _ = await run(hop("Int!"), {"fetch 0": TOPS, "fetch 1": reply}, options=options)
    assert data == {"best": [None] * 3}
    assert len(errors) == 1
    data, errors, _ = await run(
        hop("Int!", outer="[Product!]!"), {"fetch 0": TOPS, "fetch 1": reply}, options=options
    )
    assert data is None
    assert len(errors) == 1


async def test_a_short_list_of_entities_is_used_and_reported() -> None:
    data, errors, _ = await run(
        hop(), {"fetch 0": TOPS, "fetch 1": {"data": {"_entities": [{"stars": 1}]}}}
    )
    assert data == {"best": [{"rating": 1}, {"rating": None}, {"rating": 1}]}
    assert [error["extensions"]["code"] for error in errors] == ["SUBREQUEST_MALFORMED_RESPONSE"]


async def test_a_graphql_answer_counts_whatever_its_status() -> None:
    body = json.dumps({"data": {"_entities": [{"stars": 1}, {"stars": 2}]}}).encode()
    data, errors, _ = await run(hop(), {"fetch 0": TOPS, "fetch 1": SubgraphResponse(500, body)})
    assert data["best"][1] == {"rating": 2}
    assert errors == []


async def test_a_null_without_error_gets_one_and_an_explained_one_gets_none() -> None:
    reply = {"data": {"_entities": [{"stars": None}, None]}}
    data, errors, _ = await run(hop("Int!"), {"fetch 0": TOPS, "fetch 1": reply})
    assert data == {"best": [None, None, None]}
    assert [(error["path"], error["extensions"]["code"]) for error in errors] == [
        (["best", index, "rating"], "NON_NULL_VIOLATION") for index in range(3)
    ]
    explained = {
        **reply,
        "errors": [
            {"message": "m", "path": ["_entities", 0, "stars"]},
            {"message": "n", "path": ["_entities", 1]},
        ],
    }
    _, errors, _ = await run(hop("Int!"), {"fetch 0": TOPS, "fetch 1": explained}, errors=OPEN)
    assert [error["message"] for error in errors] == ["m", "n"]


async def test_siblings_go_on_and_dependents_stay_unsent() -> None:
    failing = hop()
    other = root(2, "other", wire("hello"))
    dependent = entities(
        3, "more", call("top.@", by("Product", key("upc"), key("stars")), wire("z")), after=[1]
    )
    output = of("Query", *failing.output.fields, out("hello"))
    data, errors, script = await run(
        plan(output, *failing.fetches, other, dependent),
        {
            "fetch 0": TOPS,
            "fetch 1": TransportError(Code.GATEWAY_TIMEOUT, ""),
            "fetch 2": {"data": {"hello": "you"}},
        },
    )
    assert data["hello"] == "you"
    assert len(errors) == 1
    assert sorted(query for query, _ in script.asked) == ["fetch 0", "fetch 1", "fetch 2"]


async def test_mutations_go_on_in_order_after_a_failure() -> None:
    fetches = [
        root(
            index,
            "m",
            wire(f"f{index}"),
            kind=OperationKind.MUTATION,
            depends_on=(index - 1,) if index else (),
        )
        for index in range(3)
    ]
    output = of("Mutation", *(out(f"f{index}") for index in range(3)), out("__typename", "String!"))
    data, errors, script = await run(
        plan(output, *fetches, kind=OperationKind.MUTATION),
        {
            "fetch 0": {"data": {"f0": "a"}},
            "fetch 1": {"data": None, "errors": [{"message": "no", "path": ["f1"]}]},
            "fetch 2": {"data": {"f2": "c"}},
        },
    )
    assert data == {"f0": "a", "f1": None, "f2": "c", "__typename": "Mutation"}
    assert [error["path"] for error in errors] == [["f1"]]
    assert [query for query, _ in script.asked] == ["fetch 0", "fetch 1", "fetch 2"]


async def test_the_root_typename_survives_a_failed_root_fetch() -> None:
    output = of("Query", out("t", "String!", source="__typename"), out("a"))
    data, errors, _ = await run(plan(output, root(0, "a", wire("a"))), {"fetch 0": b""})
    assert data == {"t": "Query", "a": None}
    assert errors[0]["path"] == ["a"]


async def test_wrong_types_become_null_with_an_error() -> None:
    node = of("Node: User Product", out("id", "ID!"), out("u", on=("User",)))
    output = of("Query", out("nodes", "[Node]", node))
    nodes = wire(
        "nodes", "[Node]", typename(), wire("id", "ID!"), wire("u"), kind=TypeKind.ABSTRACT
    )
    reply = {
        "data": {
            "nodes": [
                {"__typename": name, "id": "1", "u": "x"}
                for name in ("User", "Node", "Ghost", "Product")
            ]
        }
    }
    data, errors, _ = await run(plan(output, root(0, "a", nodes)), {"fetch 0": reply})
    assert data == {"nodes": [{"id": "1", "u": "x"}, None, None, {"id": "1"}]}
    assert [error["path"] for error in errors] == [["nodes", 1], ["nodes", 2]]


async def test_hidden_enum_values_become_null_with_an_error() -> None:
    output = of(
        "Query",
        out("size", "Size", kind=TypeKind.ENUM),
        out("sizes", "[Size!]", kind=TypeKind.ENUM),
    )
    selection = [
        wire("size", "Size", kind=TypeKind.ENUM),
        wire("sizes", "[Size!]", kind=TypeKind.ENUM),
    ]
    sizes = plan(output, root(0, "a", *selection), enums={"Size": frozenset({"S", "L"})})
    data, errors, _ = await run(sizes, {"fetch 0": {"data": {"size": "S", "sizes": ["S", "L"]}}})
    assert (data, errors) == ({"size": "S", "sizes": ["S", "L"]}, [])
    data, errors, _ = await run(sizes, {"fetch 0": {"data": {"size": "HIDDEN", "sizes": ["S", 5]}}})
    assert data == {"size": None, "sizes": None}
    assert [error["path"] for error in errors] == [["size"], ["sizes", 1]]
    assert "HIDDEN" not in json.dumps(errors)


@pytest.mark.parametrize("value", [1, "x", True, [[1]], {"a": 1}])
async def test_values_of_the_wrong_shape_become_null_with_an_error(value) -> None:
    top = wire("top", "[Product]", wire("upc"))
    product = of("Product", out("code", source="upc"))  # renamed, and so never passed unwalked
    output = of("Query", out("best", "[Product]", product, source="top"))
    data, errors, _ = await run(
        plan(output, root(0, "p", top)), {"fetch 0": {"data": {"top": value}}}
    )
    assert data in ({"best": None}, {"best": [None]})
    assert errors[0]["extensions"]["code"] == "SUBREQUEST_MALFORMED_RESPONSE"


async def test_too_many_representations_are_not_sent() -> None:
    for options in (ExecutorOptions(max_representations=1), ExecutorOptions(max_entities=1)):
        data, errors, script = await run(hop(), {"fetch 0": TOPS}, options=options)
        assert data == {"best": [{"rating": None}] * 3}
        assert errors[0]["extensions"]["code"] == "SUBREQUEST_TOO_LARGE"
        assert len(script.asked) == 1


async def test_odd_errors_do_no_harm() -> None:
    reply = {
        "data": {"_entities": [{"stars": 1}, {"stars": 2}]},
        "errors": [
            "text",
            None,
            {},
            {"message": 5, "path": "x"},
            {"message": "m", "path": [True, -1]},
            {"message": "far", "path": ["_entities", 99, "stars"]},
            {"message": "n", "path": ["_entities"]},
            {"message": "o", "path": ["nope", 0]},
            {"message": "p", "path": ["_entities", 1, "gone", 4, "x"]},
            {"message": "q", "path": ["_entities", -1]},
            {"message": "r", "extensions": [1]},
        ],
    }
    data, errors, _ = await run(hop(), {"fetch 0": TOPS, "fetch 1": reply}, errors=OPEN)
    assert data["best"][1] == {"rating": 2}
    assert len(errors) == 11
    assert errors[8]["path"] == ["best", 1]
    assert {tuple(error.get("path", ())) for error in errors} == {("best",), ("best", 1)}


async def test_a_bug_in_a_transport_is_raised_and_ends_the_run() -> None:
    with pytest.raises(ZeroDivisionError):
        await run(hop(), {"fetch 0": ZeroDivisionError()})
    two = plan(of("Query", out("a"), out("b")), root(0, "a", wire("a")), root(1, "b", wire("b")))
    with pytest.raises(ZeroDivisionError):
        await run(two, {"fetch 0": ZeroDivisionError(), "fetch 1": {"data": {"b": "x"}}})


async def test_errors_are_bounded_whatever_a_subgraph_sends() -> None:
    tops = [{"__typename": "Product", "upc": "1"}] * 400
    errors = [{"message": "m", "path": ["_entities", 0, f"x{n}"]} for n in range(5000)]
    replies = {
        "fetch 0": {"data": {"top": tops}},
        "fetch 1": {"data": {"_entities": [{"stars": None}]}, "errors": errors},
    }
    for every_position in (False, True):
        options = ExecutorOptions(max_errors=50, every_position=every_position)
        _, found, _ = await run(hop(), replies, options=options)
        assert len(found) <= 50 * 20 + 50
    silent = {**replies, "fetch 1": {"data": {"_entities": [None]}}}
    _, found, _ = await run(hop("Int!"), silent, options=ExecutorOptions(max_errors=50))
    assert len(found) == 50


async def test_a_typename_may_be_renamed_and_conditioned() -> None:
    yes = ((Literal("yes", True),),)
    name = {"source": "__typename", "name": "__typename"}
    output = of(
        "Query", out("t", "String!", when=yes, **name), out("u", "String!", **name), out("a")
    )
    titled = plan(output, root(0, "a", wire("a")))
    replies = {"fetch 0": {"data": {"a": "b"}}}
    assert (await run(titled, replies, {"yes": True}))[0] == {"t": "Query", "u": "Query", "a": "b"}
    assert (await run(titled, replies, {"yes": False}))[0] == {"u": "Query", "a": "b"}
