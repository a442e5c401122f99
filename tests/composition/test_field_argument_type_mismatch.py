"""FIELD_ARGUMENT_TYPE_MISMATCH: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.FIELD_ARGUMENT_TYPE_MISMATCH,
        'The types of argument "Query.q(x:)" do not fit together: "Int" in subgraph "a" and '
        '"String" in subgraph "b".',
        at="a:4:17, b:4:17",
        a="""
            type Query {
              q(x: Int): Int @shareable
            }
        """,
        b="""
            type Query {
              q(x: String): Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(x: Int): Int @shareable
            }
        """,
        b="""
            type Query {
              q(x: Int!): Int @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
