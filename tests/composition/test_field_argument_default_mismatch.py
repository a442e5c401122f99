"""FIELD_ARGUMENT_DEFAULT_MISMATCH: An argument has different defaults in different subgraphs."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.FIELD_ARGUMENT_DEFAULT_MISMATCH,
        'The defaults of argument "Query.q(x:)" differ: "1" in subgraph "a" and "2" in '
        'subgraph "b".',
        at="a:4:17, b:4:17",
        a="""
            type Query {
              q(x: Int = 1): Int @shareable
            }
        """,
        b="""
            type Query {
              q(x: Int = 2): Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(x: Int = 1): Int @shareable
            }
        """,
        b="""
            type Query {
              q(x: Int = 1): Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(x: Int = 1): Int @shareable
            }
        """,
        b="""
            type Query {
              q(x: Int): Int @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
