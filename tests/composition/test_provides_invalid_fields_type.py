"""PROVIDES_INVALID_FIELDS_TYPE: The `fields` argument of `@provides` is not a string."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.PROVIDES_INVALID_FIELDS_TYPE,
        '@provides on "Query.t" in subgraph "a": "fields" has to be a string, not ["f"].',
        at="a:4:20",
        a="""
            type Query {
              t: T @provides(fields: ["f"])
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
