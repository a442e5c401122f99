"""Coercion of variables, compared with graphql-core's on everything that JSON can hold."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLError, OperationDefinitionNode, build_schema, get_variable_values, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.document.variables import coerce_variables, compile_variables, nesting
from gateway.errors import ClientError
from gateway.execute.wire_json import decode_exact, encode

SCHEMA = build_schema("""
type Query { a(i: Int, f: Float, s: String, b: Boolean, d: ID, e: E, n: N, o: O, l: [[Int!]], x: X): Int }
enum E { A B }
input N { required: String! nested: N list: [N!] = [] number: Int = 3 e: E = A }
input O @oneOf { left: Int right: String }
scalar X
""")
TYPES = ("Int", "Int!", "Float", "String", "Boolean", "ID", "E", "N", "O", "[[Int!]]", "X", "[N]!")


def operation(declaration: str) -> OperationDefinitionNode:
    node = parse(f"query({declaration}) {{ __typename }}").definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    return node


def coerce(declaration: str, given: dict[str, Any]) -> dict[str, Any]:
    return coerce_variables(compile_variables(SCHEMA, operation(declaration)), given)


@pytest.mark.parametrize(
    ("declaration", "given", "expected"),
    [
        ("$v: Int", {}, {}),
        ("$v: Int", {"v": None}, {"v": None}),
        ("$v: Int = 4", {}, {"v": 4}),
        ("$v: Int! = 4", {}, {"v": 4}),
        ("$v: Int", {"v": 1, "other": 2}, {"v": 1}),
        ("$v: Int", {"v": 1.0}, {"v": 1}),
        ("$v: Float", {"v": 1}, {"v": 1}),
        ("$v: ID", {"v": 7}, {"v": "7"}),
        ("$v: E", {"v": "A"}, {"v": "A"}),
        ("$v: [Int]", {"v": 1}, {"v": [1]}),
        ("$v: [[Int]]", {"v": [1, None]}, {"v": [[1], None]}),
        ("$v: X", {"v": {"any": [1, "thing"]}}, {"v": {"any": [1, "thing"]}}),
        ("$v: O", {"v": {"left": 1}}, {"v": {"left": 1}}),
        (
            "$v: N",
            {"v": {"required": "x"}},
            {"v": {"required": "x", "list": [], "number": 3, "e": "A"}},
        ),
        (
            '$v: N = {required: "d", e: B}',
            {},
            {"v": {"required": "d", "list": [], "number": 3, "e": "B"}},
        ),
    ],
)
def test_values_that_fit(declaration: str, given: dict[str, Any], expected: Any) -> None:
    assert coerce(declaration, given) == expected


@pytest.mark.parametrize(
    ("declaration", "given", "message"),
    [
        ("$v: Int!", {}, "'$v' of type 'Int!' is required"),
        ("$v: Int!", {"v": None}, "must not be null"),
        ("$v: Int! = 3", {"v": None}, "must not be null"),
        ("$v: Int", {"v": 2**31}, "32 bits"),
        ("$v: Int", {"v": True}, "not an 'Int'"),
        ("$v: Int", {"v": 1.5}, "not an 'Int'"),
        ("$v: String", {"v": 1}, "not a 'String'"),
        ("$v: Boolean", {"v": 0}, "not a 'Boolean'"),
        ("$v: ID", {"v": 1.5}, "not an 'ID'"),
        ("$v: E", {"v": "C"}, "not a value of the enum 'E'"),
        ("$v: N", {"v": []}, "expected an object"),
        ("$v: N", {"v": {}}, "'required' of 'N' is required"),
        ("$v: N", {"v": {"required": "x", "q": 1}}, "has no field 'q'"),
        ("$v: N", {"v": {"required": "x", "nested": {"required": 1}}}, "$v.nested.required"),
        ("$v: [N!]", {"v": [{"required": "x"}, None]}, "$v[1]"),
        ("$v: O", {"v": {"left": 1, "right": "x"}}, "exactly one"),
        ("$v: O", {"v": {"left": None}}, "exactly one"),
    ],
)
def test_values_that_do_not_fit(declaration: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError) as refused:
        coerce(declaration, given)
    assert message in refused.value.message
    assert refused.value.code == "BAD_USER_INPUT"


def test_a_refused_value_is_shown_in_bounds() -> None:
    with pytest.raises(ClientError) as refused:
        coerce("$v: Int", {"v": "x" * 10_000})
    assert len(refused.value.message) < 300


def test_numbers_with_more_digits_than_a_float_holds() -> None:
    given = decode_exact(b'{"v": 12345678901234567890123, "x": 0.12345678901234567890}')
    assert coerce("$v: ID", given) == {"v": "12345678901234567890123"}
    assert encode(coerce("$x: X", given)) == b'{"x":0.12345678901234567890}'
    assert coerce("$x: Float", given)["x"] == pytest.approx(0.123456789)
    with pytest.raises(ClientError):
        coerce("$v: Int", given)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["A", "B", "", "1", "required"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["required", "nested", "list", "number", "e", "left", "right", "q"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(TYPES), JSON_VALUES)
def test_agrees_with_the_reference_implementation(type_: str, value: Any) -> None:
    node = operation(f"$v: {type_}")
    expected = get_variable_values(SCHEMA, node.variable_definitions, {"v": value})
    try:
        actual = coerce(f"$v: {type_}", {"v": value})
    except ClientError:
        assert isinstance(expected, list)
        assert isinstance(expected[0], GraphQLError)
    else:
        assert not isinstance(expected, list), (expected, actual)
        assert actual == expected.coerced


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 70), st.booleans())
def test_nesting_is_found_without_recursion(depth: int, with_lists: bool) -> None:
    value: Any = 1
    for _ in range(depth):
        value = [value] if with_lists else {"x": value}
    assert nesting(value, 64) is (depth <= 64)


def test_nesting_of_hostile_depth() -> None:
    value: Any = 1
    for _ in range(100_000):
        value = [value]
    assert not nesting(value, 64)
    while isinstance(value, list):  # taken apart by hand: the interpreter would recurse
        value = value.pop()
