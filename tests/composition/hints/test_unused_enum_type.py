"""UNUSED_ENUM_TYPE: An enum is used nowhere."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.UNUSED_ENUM_TYPE,
        'The enum "E" is used nowhere.',
        at="a:6:13",
        a="""
            type Query {
              q: Int
            }
            enum E {
              A
              B
            }
        """,
    ),
    gives_none(
        HintCode.UNUSED_ENUM_TYPE,
        a="""
            type Query {
              q(e: E): Int
            }
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
