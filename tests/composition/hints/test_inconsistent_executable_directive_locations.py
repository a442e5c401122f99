"""INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS: An executable directive has different locations."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS,
        "The directive @d is defined for different locations; the supergraph has FIELD.",
        at="a:3:13, b:3:13",
        a="""
            directive @d on FIELD | QUERY
            type Query {
              q: Int
            }
        """,
        b="""
            directive @d on FIELD
            type Query {
              r: Int
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS,
        a="""
            directive @d on FIELD | OBJECT
            type Query {
              q: Int
            }
        """,
        b="""
            directive @d on FIELD
            type Query {
              r: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
