"""LIST_SIZE_INVALID_ASSUMED_SIZE: The `assumedSize` of a `@listSize` is negative."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.LIST_SIZE_INVALID_ASSUMED_SIZE,
        '@listSize on "Query.q" in subgraph "a": the assumed size -1 is negative.',
        at="a:4:24",
        a="""
            type Query {
              q: [Int] @listSize(assumedSize: -1)
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: [Int] @listSize(assumedSize: 0)
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
