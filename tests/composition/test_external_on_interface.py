"""EXTERNAL_ON_INTERFACE: `@external` is applied to a field of an interface."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.EXTERNAL_ON_INTERFACE,
        'The interface field "I.f" is marked @external in subgraph "a".',
        at="a:7:22",
        a="""
            type Query {
              q: Int
            }
            interface I {
              f: Int @external
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
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
