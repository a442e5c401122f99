"""KEY_DIRECTIVE_IN_FIELDS_ARG: A directive is applied inside the selection of a `@key`."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.KEY_DIRECTIVE_IN_FIELDS_ARG,
        '@key(fields: "id @include(if: true)") on "T" in subgraph "a" may contain no '
        "directives, but @include is applied in it.",
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id @include(if: true)") {
              id: ID!
            }
        """,
    ),
    raises(
        Code.KEY_DIRECTIVE_IN_FIELDS_ARG,
        '@key(fields: "id @tag(name: "x")") on "T" in subgraph "a" may contain no directives, but '
        "@tag is applied in it.",
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id @tag(name: \\"x\\")") {
              id: ID!
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
