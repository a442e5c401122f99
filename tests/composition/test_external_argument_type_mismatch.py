"""EXTERNAL_ARGUMENT_TYPE_MISMATCH: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.EXTERNAL_ARGUMENT_TYPE_MISMATCH,
        'The external field "T.f" of subgraph "a" gives its argument "x" the type "String"; '
        'it is "Int" where the field is resolved.',
        at="a:8:17, b:5:17",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f(x: String): Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int): Int
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
              f(x: Int): Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int): Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
