"""INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM: A value of an output enum is missing somewhere."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM,
        'The value "B" of the enum "E" is not in subgraph "b".',
        at="a:8:15, b:3:13",
        a="""
            type Query {
              e: E
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
        HintCode.INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM,
        a="""
            type Query {
              e: E
            }
            enum E {
              A
              B
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
def test_case(case: HintCase) -> None:
    check_hint(case)
