"""INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE.

An executable directive is repeatable in some subgraphs only.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE,
        "The directive @d is repeatable in some subgraphs only, so it is not in the supergraph.",
        at="a:3:13, b:3:13",
        a="""
            directive @d on FIELD
            type Query {
              q: Int
            }
        """,
        b="""
            directive @d repeatable on FIELD
            type Query {
              r: Int
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE,
        a="""
            directive @d repeatable on FIELD
            type Query {
              q: Int
            }
        """,
        b="""
            directive @d repeatable on FIELD
            type Query {
              r: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
