"""INTERFACE_FIELD_NO_IMPLEM: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.INTERFACE_FIELD_NO_IMPLEM,
        'The interface "I" has the field "y" in subgraph "b", but "A", which implements it, '
        "has it in no subgraph.",
        at="b:5:15, a:9:13",
        a="""
            type Query {
              i: I
            }
            interface I {
              x: Int
            }
            type A implements I {
              x: Int @shareable
            }
        """,
        b="""
            interface I {
              x: Int
              y: Int
            }
            type B implements I {
              x: Int
              y: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              i: I
            }
            interface I {
              x: Int
            }
            type A implements I {
              x: Int
            }
        """,
        b="""
            interface I {
              x: Int
            }
            type B implements I {
              x: Int
              y: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
