"""LIST_SIZE_INVALID_SLICING_ARGUMENT: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.LIST_SIZE_INVALID_SLICING_ARGUMENT,
        '@listSize on "Query.q" in subgraph "a": the argument "n" is of type "String" '
        "instead of Int.",
        at="a:4:35",
        a="""
            type Query {
              q(n: String): [Int] @listSize(slicingArguments: ["n"])
            }
        """,
    ),
    raises(
        Code.LIST_SIZE_INVALID_SLICING_ARGUMENT,
        '@listSize on "Query.q" in subgraph "a": there is no argument "m".',
        at="a:4:32",
        a="""
            type Query {
              q(n: Int): [Int] @listSize(slicingArguments: ["m"])
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(n: Int!): [Int] @listSize(slicingArguments: ["n"])
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
