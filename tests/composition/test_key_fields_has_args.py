"""KEY_FIELDS_HAS_ARGS: A `@key` selects a field that takes arguments."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.KEY_FIELDS_HAS_ARGS,
        '@key(fields: "id") on "T" in subgraph "a" selects "T.id", which takes arguments.',
        at="a:6:20, a:7:15",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id(x: Int): ID!
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
              f(x: Int): Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
