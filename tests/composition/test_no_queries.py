"""NO_QUERIES: No subgraph has a query."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.NO_QUERIES,
        'There is no field of Query in subgraph "a".',
        at="a:1:1",
        a="""
            type T {
              f: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              f: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
