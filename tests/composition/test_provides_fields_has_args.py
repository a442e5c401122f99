"""PROVIDES_FIELDS_HAS_ARGS: A `@provides` selects a field that takes arguments."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.PROVIDES_FIELDS_HAS_ARGS,
        '@provides(fields: "f") on "Query.t" in subgraph "a" selects "T.f", which takes arguments.',
        at="a:4:20, a:8:15",
        a="""
            type Query {
              t: T @provides(fields: "f")
            }
            type T @key(fields: "id") {
              id: ID!
              f(x: Int): Int @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int): Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T @provides(fields: "f")
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @shareable
              g(x: Int): Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
