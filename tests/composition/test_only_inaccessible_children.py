"""ONLY_INACCESSIBLE_CHILDREN: A visible type has only `@inaccessible` members."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.ONLY_INACCESSIBLE_CHILDREN,
        'The type "T" is visible, but all of its members are @inaccessible.',
        at="a:6:13",
        a="""
            type Query {
              t: T
            }
            type T {
              f: Int @inaccessible
            }
        """,
    ),
    raises(
        Code.ONLY_INACCESSIBLE_CHILDREN,
        'The enum "E" is visible, but all of its members are @inaccessible.',
        at="a:6:13",
        a="""
            type Query {
              t: E
            }
            enum E {
              A @inaccessible
            }
        """,
    ),
    raises(
        Code.ONLY_INACCESSIBLE_CHILDREN,
        'The union "U" is visible, but all of its members are @inaccessible.',
        at="a:6:13",
        a="""
            type Query {
              t: U
            }
            union U = A
            type A @inaccessible {
              f: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T {
              f: Int @inaccessible
              g: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
