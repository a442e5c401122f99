"""CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS,
        'The argument "U.f(x:)" comes from a context in some subgraphs, but is required in '
        'subgraph "b".',
        at="a:13:17, b:5:17",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "c") {
              id: ID!
              u: U!
              p: String
            }
            type U @key(fields: "id") {
              id: ID!
              f(x: String @fromContext(field: "$c { p }")): Int @shareable
            }
        """,
        b="""
            type U @key(fields: "id") {
              id: ID!
              f(x: String!): Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "c") {
              id: ID!
              u: U!
              p: String
            }
            type U @key(fields: "id") {
              id: ID!
              f(x: String @fromContext(field: "$c { p }")): Int @shareable
            }
        """,
        b="""
            type U @key(fields: "id") {
              id: ID!
              f(x: String): Int @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
