"""ENUM_VALUE_MISMATCH: An enum is used both as input and as output, and its values differ."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.ENUM_VALUE_MISMATCH,
        'The enum "E" is used both as input and as output, but its value "B" is not in '
        'subgraph "a".',
        at="b:5:15, a:6:13",
        a="""
            type Query {
              q(e: E): E
            }
            enum E {
              A
            }
        """,
        b="""
            enum E {
              A
              B
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(e: E): E
            }
            enum E {
              A
            }
        """,
        b="""
            enum E {
              A
              B @inaccessible
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: E
            }
            enum E {
              A
            }
        """,
        b="""
            enum E {
              A
              B
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
