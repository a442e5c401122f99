"""REQUIRES_INVALID_FIELDS_TYPE: The `fields` argument of `@requires` is not a string."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.REQUIRES_INVALID_FIELDS_TYPE,
        '@requires on "T.g" in subgraph "a": "fields" has to be a string, not 3.',
        at="a:9:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: 3)
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
