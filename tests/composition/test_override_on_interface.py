"""OVERRIDE_ON_INTERFACE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.OVERRIDE_ON_INTERFACE,
        '@override cannot be used on "I.f" in subgraph "a": its parent is an interface.',
        at="a:7:22",
        a="""
            type Query {
              q: Int
            }
            interface I {
              f: Int @override(from: "b")
            }
        """,
        b="""
            interface I {
              f: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            interface I {
              f: Int
            }
            type A implements I {
              f: Int @override(from: "b")
            }
        """,
        b="""
            type A {
              f: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
