"""INCONSISTENT_DESCRIPTION: An element is described differently."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_DESCRIPTION,
        'The type "Query" is described differently; the text of subgraph "b" is not used.',
        at="a:3:13, b:3:13",
        a="""
            "A"
            type Query {
              q: Int
            }
        """,
        b="""
            "B"
            type Query {
              r: Int
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_DESCRIPTION,
        a="""
            "A"
            type Query {
              q: Int
            }
        """,
        b="""
            type Query {
              r: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
