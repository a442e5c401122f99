"""REFERENCED_INACCESSIBLE: A visible element refers to an `@inaccessible` type."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.REFERENCED_INACCESSIBLE,
        '"Query.t" is visible, but its type "T" is @inaccessible.',
        at="a:4:15, a:7:13",
        a="""
            type Query {
              t: T
              q: Int
            }
            type T @inaccessible {
              f: Int
            }
        """,
    ),
    raises(
        Code.REFERENCED_INACCESSIBLE,
        '"Query.q(i:)" is visible, but its type "I" is @inaccessible.',
        at="a:4:17, a:6:13",
        a="""
            type Query {
              q(i: I): Int
            }
            input I @inaccessible {
              f: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T @inaccessible
              q: Int
            }
            type T @inaccessible {
              f: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
