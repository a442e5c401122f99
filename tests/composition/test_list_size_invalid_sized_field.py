"""LIST_SIZE_INVALID_SIZED_FIELD: A sized field of a `@listSize` is missing, or is no list."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.LIST_SIZE_INVALID_SIZED_FIELD,
        '@listSize on "Query.q" in subgraph "a": "P" has no field "m".',
        at="a:4:20",
        a="""
            type Query {
              q: P @listSize(assumedSize: 3, sizedFields: ["m"])
            }
            type P {
              n: [Int]
            }
        """,
    ),
    raises(
        Code.LIST_SIZE_INVALID_SIZED_FIELD,
        '@listSize on "Query.q" in subgraph "a": "Int" has no fields at all.',
        at="a:4:22",
        a="""
            type Query {
              q: Int @listSize(assumedSize: 3, sizedFields: ["m"])
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: P @listSize(assumedSize: 3, sizedFields: ["n"])
            }
            type P {
              n: [Int]
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
