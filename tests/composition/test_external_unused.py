"""EXTERNAL_UNUSED: A field is marked `@external`, but nothing in the subgraph refers to it."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.EXTERNAL_UNUSED,
        'The field "T.f" is @external in subgraph "a", but no @key, @requires, @provides or '
        "interface there uses it.",
        at="a:8:15",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
    raises(
        Code.EXTERNAL_UNUSED,
        'The field "T.f" is @external in subgraph "a", but no @key, @requires, @provides or '
        "interface there uses it.",
        at="a:8:15",
        a="""
            type Query {
              q: Int
            }
            type T @external @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            interface I {
              f: Int
            }
            type T implements I @key(fields: "id") {
              id: ID!
              f: Int @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
