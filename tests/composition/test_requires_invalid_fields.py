"""REQUIRES_INVALID_FIELDS: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.REQUIRES_INVALID_FIELDS,
        '@requires(fields: "f") on "T.g" in subgraph "a" is invalid: "T" has no field "f".',
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
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
    raises(
        Code.REQUIRES_INVALID_FIELDS,
        '@requires(fields: "f") on "T.g" in subgraph "a" is invalid: "T.f" needs its argument "x".',
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f(x: Int!): Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int!): Int
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
              f(x: Int!): Int @external
              g: Int @requires(fields: "f(x: 3)")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int!): Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
