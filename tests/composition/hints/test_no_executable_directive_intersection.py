"""NO_EXECUTABLE_DIRECTIVE_INTERSECTION.

An executable directive has no location that all subgraphs allow, so it is dropped.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.NO_EXECUTABLE_DIRECTIVE_INTERSECTION,
        "The directive @d is left out of the supergraph, as no location is common to all of its definitions.",
        at="a:3:13, b:3:13",
        a="""
            directive @d on QUERY
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
        HintCode.NO_EXECUTABLE_DIRECTIVE_INTERSECTION,
        a="""
            directive @d on QUERY | FIELD
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
