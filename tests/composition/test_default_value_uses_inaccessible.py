"""DEFAULT_VALUE_USES_INACCESSIBLE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.DEFAULT_VALUE_USES_INACCESSIBLE,
        '"Query.q(e:)" is visible, but its default uses "E.A", which is @inaccessible.',
        at="a:4:17",
        a="""
            type Query {
              q(e: E = A): Int
            }
            enum E {
              A @inaccessible
              B
            }
        """,
    ),
    raises(
        Code.DEFAULT_VALUE_USES_INACCESSIBLE,
        '"Query.q(i:)" is visible, but its default uses "I.a", which is @inaccessible.',
        at="a:4:17",
        a="""
            type Query {
              q(i: I = { a: 1 }): Int
            }
            input I {
              a: Int @inaccessible
              b: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(e: E = B): Int
            }
            enum E {
              A @inaccessible
              B
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
