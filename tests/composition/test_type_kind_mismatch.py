"""TYPE_KIND_MISMATCH: A type is of different kinds in different subgraphs."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.TYPE_KIND_MISMATCH,
        'The type "T" is of different kinds: "type" in subgraph "a" and "interface" in '
        'subgraph "b".',
        at="a:6:13, b:3:13",
        a="""
            type Query {
              q: Int
            }
            type T {
              f: Int
            }
        """,
        b="""
            interface T {
              f: Int
            }
        """,
    ),
    raises(
        Code.TYPE_KIND_MISMATCH,
        'The type "T" is of different kinds: "scalar" in subgraph "a" and "enum" in subgraph "b".',
        at="a:6:13, b:3:13",
        a="""
            type Query {
              q: Int
            }
            scalar T
        """,
        b="""
            enum T {
              A
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            scalar T
        """,
        b="scalar T",
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
