"""PROVIDES_ON_NON_OBJECT_FIELD: `@provides` is applied to a field whose type has no fields."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.PROVIDES_ON_NON_OBJECT_FIELD,
        '@provides(fields: "f") on "Query.q" in subgraph "a": the field is of type "Int", '
        "which has no fields to provide.",
        at="a:4:22",
        a="""
            type Query {
              q: Int @provides(fields: "f")
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: U @provides(fields: "... on T { f }")
            }
            union U = T
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
