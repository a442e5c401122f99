"""INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE.

An executable directive is missing somewhere, so dropped.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE,
        'The directive @d is left out of the supergraph, as it is not defined in subgraph "b".',
        at="a:3:13",
        a="""
            directive @d on FIELD
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
    gives_none(
        HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE,
        a="""
            directive @d on FIELD
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
