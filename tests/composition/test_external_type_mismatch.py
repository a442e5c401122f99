"""EXTERNAL_TYPE_MISMATCH: An `@external` field has another type than where it is resolved."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.EXTERNAL_TYPE_MISMATCH,
        'The external field "T.f" of subgraph "a" has type "Int", but it is resolved as "String".',
        at="a:8:15, b:5:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: String
            }
        """,
    ),
    raises(
        Code.EXTERNAL_TYPE_MISMATCH,
        'The external field "T.f" of subgraph "a" has type "Int", but it is resolved as "Int!".',
        at="a:8:15, b:5:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int!
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
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
