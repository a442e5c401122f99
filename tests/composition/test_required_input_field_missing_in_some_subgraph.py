"""REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH,
        'The input field "I.b" is required in subgraph "a" but unknown to subgraph "b".',
        at="a:8:15, b:3:13",
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int
              b: Int!
            }
        """,
        b="""
            input I {
              a: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int
              b: Int
            }
        """,
        b="""
            input I {
              a: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int
              b: Int! = 3
            }
        """,
        b="""
            input I {
              a: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
