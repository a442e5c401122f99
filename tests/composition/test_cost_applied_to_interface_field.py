"""COST_APPLIED_TO_INTERFACE_FIELD: `@cost` is applied to a field of an interface."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.COST_APPLIED_TO_INTERFACE_FIELD,
        '@cost cannot be applied to the interface field "I.f" of subgraph "a".',
        at="a:7:22",
        a="""
            type Query {
              q: Int
            }
            interface I {
              f: Int @cost(weight: 3)
            }
            type A implements I {
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
              f: Int @cost(weight: 3)
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
