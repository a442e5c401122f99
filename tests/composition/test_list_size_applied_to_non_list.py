"""LIST_SIZE_APPLIED_TO_NON_LIST: `@listSize` is applied to a field that is no list."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.LIST_SIZE_APPLIED_TO_NON_LIST,
        '@listSize on "Query.q" in subgraph "a": the field is of type "Int", which is no list.',
        at="a:4:22",
        a="""
            type Query {
              q: Int @listSize(assumedSize: 3)
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: [Int] @listSize(assumedSize: 3)
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
