"""EXTERNAL_ARGUMENT_DEFAULT_MISMATCH: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.EXTERNAL_ARGUMENT_DEFAULT_MISMATCH,
        'The external field "T.f" of subgraph "a" gives its argument "x" the default 1; it '
        "is 2 where the field is resolved.",
        at="a:8:17, b:5:17",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f(x: Int = 1): Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int = 2): Int
            }
        """,
    ),
    raises(
        Code.EXTERNAL_ARGUMENT_DEFAULT_MISMATCH,
        'The external field "T.f" of subgraph "a" gives its argument "x" the default none; '
        "it is 2 where the field is resolved.",
        at="a:8:17, b:5:17",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f(x: Int): Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int = 2): Int
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
              f(x: Int = 2): Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int = 2): Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
