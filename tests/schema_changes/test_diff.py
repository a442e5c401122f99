"""Each kind of change gets its code and its severity."""

from __future__ import annotations

import pytest
from graphql import build_schema

from gateway.schema_changes.change import Severity
from gateway.schema_changes.diff import diff

B, D, S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
Q = "type Query { a: Int } "

CASES = [
    ("same", Q, Q, []),
    ("type removed", Q + "type T { a: Int }", Q, [(B, "TYPE_REMOVED", "T")]),
    ("type added", Q, Q + "type T { a: Int }", [(S, "TYPE_ADDED", "T")]),
    ("kind", Q + "type T { a: Int }", Q + "scalar T", [(B, "TYPE_KIND_CHANGED", "T")]),
    ("field removed", "type Query { a: Int b: Int }", Q, [(B, "FIELD_REMOVED", "Query.b")]),
    ("field added", Q, "type Query { a: Int b: Int }", [(S, "FIELD_ADDED", "Query.b")]),
    ("stricter output", Q, "type Query { a: Int! }", [(S, "FIELD_TYPE_CHANGED", "Query.a")]),
    ("looser output", "type Query { a: Int! }", Q, [(B, "FIELD_TYPE_CHANGED", "Query.a")]),
    (
        "list items",
        "type Query { a: [Int] }",
        "type Query { a: [Int!]! }",
        [(S, "FIELD_TYPE_CHANGED", "Query.a")],
    ),
    (
        "argument removed",
        "type Query { a(x: Int): Int }",
        Q,
        [(B, "FIELD_ARGUMENT_REMOVED", "Query.a(x:)")],
    ),
    (
        "required argument",
        Q,
        "type Query { a(x: Int!): Int }",
        [(B, "FIELD_ARGUMENT_ADDED", "Query.a(x:)")],
    ),
    (
        "optional argument",
        Q,
        "type Query { a(x: Int): Int }",
        [(S, "FIELD_ARGUMENT_ADDED", "Query.a(x:)")],
    ),
    (
        "argument with default",
        Q,
        "type Query { a(x: Int = 1): Int }",
        [(D, "FIELD_ARGUMENT_ADDED", "Query.a(x:)")],
    ),
    (
        "default changed",
        "type Query { a(x: Int = 1): Int }",
        "type Query { a(x: Int = 2): Int }",
        [(D, "FIELD_ARGUMENT_DEFAULT_CHANGED", "Query.a(x:)")],
    ),
    (
        "argument relaxed",
        "type Query { a(x: Int!): Int }",
        "type Query { a(x: Int): Int }",
        [(S, "FIELD_ARGUMENT_TYPE_CHANGED", "Query.a(x:)")],
    ),
    (
        "argument tightened",
        "type Query { a(x: Int): Int }",
        "type Query { a(x: Int!): Int }",
        [(B, "FIELD_ARGUMENT_TYPE_CHANGED", "Query.a(x:)")],
    ),
    (
        "enum values",
        Q + "enum E { X Y }",
        Q + "enum E { X Z }",
        [(B, "ENUM_VALUE_REMOVED", "E.Y"), (D, "ENUM_VALUE_ADDED", "E.Z")],
    ),
    (
        "union members",
        Q + "type A { a: Int } type B { a: Int } union U = A",
        Q + "type A { a: Int } type B { a: Int } union U = B",
        [(B, "UNION_MEMBER_REMOVED", "U"), (D, "UNION_MEMBER_ADDED", "U")],
    ),
    (
        "interface removed",
        Q + "interface I { a: Int } type A implements I { a: Int }",
        Q + "interface I { a: Int } type A { a: Int }",
        [(B, "OBJECT_TYPE_INTERFACE_REMOVED", "A")],
    ),
    (
        "interface added",
        Q + "interface I { a: Int } type A { a: Int }",
        Q + "interface I { a: Int } type A implements I { a: Int }",
        [(D, "OBJECT_TYPE_INTERFACE_ADDED", "A")],
    ),
    (
        "narrowed to a member",
        "type Query { a: I } interface I { a: Int } type A implements I { a: Int }",
        "type Query { a: A } interface I { a: Int } type A implements I { a: Int }",
        [(S, "FIELD_TYPE_CHANGED", "Query.a")],
    ),
    (
        "input fields",
        Q + "input I { a: Int b: Int }",
        Q + "input I { a: Int c: Int! }",
        [(B, "INPUT_FIELD_REMOVED", "I.b"), (B, "INPUT_FIELD_ADDED", "I.c")],
    ),
    (
        "optional input field",
        Q + "input I { a: Int }",
        Q + "input I { a: Int b: Int }",
        [(S, "INPUT_FIELD_ADDED", "I.b")],
    ),
    (
        "one of",
        Q + "input I { a: Int }",
        Q + "input I @oneOf { a: Int }",
        [(B, "INPUT_ONE_OF_ADDED", "I")],
    ),
    (
        "directive",
        Q + "directive @d(a: Int) on FIELD | QUERY",
        Q + "directive @d on FIELD",
        [(B, "DIRECTIVE_LOCATION_REMOVED", "@d"), (B, "FIELD_ARGUMENT_REMOVED", "@d(a:)")],
    ),
    (
        "deprecation",
        Q,
        'type Query { a: Int @deprecated(reason: "use b") }',
        [(S, "FIELD_DEPRECATION_ADDED", "Query.a")],
    ),
    ("description", Q, '"x" ' + Q, [(S, "TYPE_DESCRIPTION_CHANGED", "Query")]),
    (
        "root renamed",
        "schema { query: Q1 } type Q1 { a: Int }",
        "schema { query: Q2 } type Q2 { a: Int }",
        [
            (B, "SCHEMA_QUERY_TYPE_CHANGED", "Q1"),
            (B, "TYPE_REMOVED", "Q1"),
            (S, "TYPE_ADDED", "Q2"),
        ],
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_change(old: str, new: str, expected: list[tuple[Severity, str, str]]) -> None:
    found = diff(build_schema(old), build_schema(new))
    assert [(change.severity, change.code, change.coordinate) for change in found] == expected
