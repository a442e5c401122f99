"""PROVIDES_INVALID_FIELDS: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.PROVIDES_INVALID_FIELDS,
        '@provides(fields: "nope") on "Query.t" in subgraph "a" is invalid: "T" has no field '
        '"nope".',
        at="a:4:20",
        a="""
            type Query {
              t: T @provides(fields: "nope")
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int
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
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
