"""EMPTY_MERGED_ENUM_TYPE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.EMPTY_MERGED_ENUM_TYPE,
        'No value of the enum "E" is known to all of subgraphs "a" and "b"; as it is used as '
        "input, none is left.",
        at="a:6:13, b:3:13",
        a="""
            type Query {
              q(e: E): Int
            }
            enum E {
              A
            }
        """,
        b="""
            enum E {
              B
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(e: E): Int
            }
            enum E {
              A
              C
            }
        """,
        b="""
            enum E {
              B
              C
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
