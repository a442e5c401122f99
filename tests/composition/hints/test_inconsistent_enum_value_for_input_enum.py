"""INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM.

A value of an input enum is missing somewhere, so dropped.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM,
        'The value "B" of the input enum "E" is left out of the supergraph, as it is not in subgraph "b".',
        at="a:8:15, b:3:13",
        a="""
            type Query {
              q(e: E): Int
            }
            enum E {
              A
              B
            }
        """,
        b="""
            enum E {
              A
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM,
        a="""
            type Query {
              q(e: E): Int
            }
            enum E {
              A
              B @inaccessible
            }
        """,
        b="""
            enum E {
              A
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
