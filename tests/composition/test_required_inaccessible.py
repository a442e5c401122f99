"""REQUIRED_INACCESSIBLE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.REQUIRED_INACCESSIBLE,
        'The argument "Query.q(x:)" is @inaccessible, but it is required by a visible field.',
        at="a:4:17",
        a="""
            type Query {
              q(x: Int! @inaccessible): Int
            }
        """,
    ),
    raises(
        Code.REQUIRED_INACCESSIBLE,
        'The input field "I.b" is @inaccessible, but it is required by a visible input type.',
        at="a:8:15",
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int
              b: Int! @inaccessible
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(x: Int! = 3 @inaccessible): Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
