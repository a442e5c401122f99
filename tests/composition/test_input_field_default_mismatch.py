"""INPUT_FIELD_DEFAULT_MISMATCH: An input field has different defaults in different subgraphs."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.INPUT_FIELD_DEFAULT_MISMATCH,
        'The defaults of input field "I.a" differ: "1" in subgraph "a" and "2" in subgraph "b".',
        at="a:7:15, b:4:15",
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int = 1
            }
        """,
        b="""
            input I {
              a: Int = 2
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int = 1
            }
        """,
        b="""
            input I {
              a: Int = 1
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int = 1
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
