"""IMPLEMENTED_BY_INACCESSIBLE: An `@inaccessible` element is demanded by a visible interface."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.IMPLEMENTED_BY_INACCESSIBLE,
        'The field "A.x" is @inaccessible, but it implements the visible field "I.x".',
        at="a:11:15, a:7:15",
        a="""
            type Query {
              i: I
            }
            interface I {
              x: Int
              y: Int
            }
            type A implements I {
              x: Int @inaccessible
              y: Int
            }
        """,
    ),
    raises(
        Code.IMPLEMENTED_BY_INACCESSIBLE,
        'The argument "A.x(a:)" is @inaccessible, but it implements the visible argument '
        '"I.x(a:)".',
        at="a:10:17, a:7:17",
        a="""
            type Query {
              i: I
            }
            interface I {
              x(a: Int): Int
            }
            type A implements I {
              x(a: Int @inaccessible): Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            interface I @inaccessible {
              x: Int
              y: Int
            }
            type A implements I {
              x: Int @inaccessible
              y: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
