"""EMPTY_MERGED_INPUT_TYPE: No field of an input type is common to all subgraphs that have it."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.EMPTY_MERGED_INPUT_TYPE,
        'No field of input type "I" is known to all of subgraphs "a" and "b", so none is left.',
        at="a:6:13, b:3:13",
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int
            }
        """,
        b="""
            input I {
              b: Int
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
              c: Int
            }
        """,
        b="""
            input I {
              b: Int
              c: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
