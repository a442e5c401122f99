"""REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH,
        'The argument "Query.q(x:)" is required in subgraph "a" but unknown to subgraph "b".',
        at="a:4:17, b:4:15",
        a="""
            type Query {
              q(x: Int!): Int @shareable
            }
        """,
        b="""
            type Query {
              q: Int @shareable
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
              q: Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(x: Int! = 3): Int @shareable
            }
        """,
        b="""
            type Query {
              q: Int @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
