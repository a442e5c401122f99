"""INVALID_SUBGRAPH_NAME: A subgraph has a name that is reserved, or two subgraphs share one."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.INVALID_SUBGRAPH_NAME,
        'The name "_" is reserved.',
        at="_:1:1",
        _="""
            type Query {
              q: Int
            }
        """,
    ),
    composes(
        _a="""
            type Query {
              q: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
