"""CONTEXT_NO_RESOLVABLE_KEY: A type with a `@fromContext` argument has no resolvable key."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.CONTEXT_NO_RESOLVABLE_KEY,
        'The type "U" in subgraph "a" has the contextual argument "U.f(x:)", but no '
        "resolvable @key.",
        at="a:14:27, a:12:13",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "c") {
              id: ID!
              u: U!
              p: String
              n: Int
            }
            type U {
              id: ID!
              f(x: String @fromContext(field: "$c { p }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_NO_RESOLVABLE_KEY,
        'The type "U" in subgraph "a" has the contextual argument "U.f(x:)", but no '
        "resolvable @key.",
        at="a:14:27, a:12:13",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "c") {
              id: ID!
              u: U!
              p: String
              n: Int
            }
            type U @key(fields: "id", resolvable: false) {
              id: ID!
              f(x: String @fromContext(field: "$c { p }")): Int
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
              n: Int
            }
            type U @key(fields: "id") {
              id: ID!
              f(x: String @fromContext(field: "$c { p }")): Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
