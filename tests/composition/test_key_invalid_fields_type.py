"""KEY_INVALID_FIELDS_TYPE: The `fields` argument of `@key` is not a string."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.KEY_INVALID_FIELDS_TYPE,
        '@key on "T" in subgraph "a": "fields" has to be a string, not ["id"].',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: ["id"]) {
              id: ID!
            }
        """,
    ),
    raises(
        Code.KEY_INVALID_FIELDS_TYPE,
        '@key on "T" in subgraph "a": "fields" has to be a string, not id.',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: id) {
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
