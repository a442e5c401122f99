"""PROVIDES_DIRECTIVE_IN_FIELDS_ARG: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.PROVIDES_DIRECTIVE_IN_FIELDS_ARG,
        '@provides(fields: "f @skip(if: false)") on "Query.t" in subgraph "a" may contain no '
        "directives, but @skip is applied in it.",
        at="a:4:20",
        a="""
            type Query {
              t: T @provides(fields: "f @skip(if: false)")
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
