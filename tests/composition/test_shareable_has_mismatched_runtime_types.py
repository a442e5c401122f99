"""SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES,
        'The shared field "Query.u" returns "U", whose possible object types are "A" in '
        'subgraph "a" and "B" in subgraph "b"; they have none in common, so the subgraphs '
        "cannot answer alike.",
        at="a:4:15, b:4:15",
        a="""
            type Query {
              u: U @shareable
            }
            union U = A
            type A {
              x: Int
            }
        """,
        b="""
            type Query {
              u: U @shareable
            }
            union U = B
            type B {
              y: Int
            }
        """,
    ),
    raises(
        Code.SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES,
        'The shared field "Query.i" returns "I", whose possible object types are "A" in '
        'subgraph "a" and "B" in subgraph "b"; they have none in common, so the subgraphs '
        "cannot answer alike.",
        at="a:4:15, b:4:15",
        a="""
            type Query {
              i: I @shareable
            }
            interface I {
              x: Int
            }
            type A implements I {
              x: Int
            }
        """,
        b="""
            type Query {
              i: I @shareable
            }
            interface I {
              x: Int
            }
            type B implements I {
              x: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              u: U @shareable
            }
            union U = A | B
            type A @shareable {
              x: Int
            }
            type B {
              y: Int
            }
        """,
        b="""
            type Query {
              u: U @shareable
            }
            union U = A
            type A @shareable {
              x: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              u: U @shareable
            }
            union U = A
            type A @shareable {
              x: Int
            }
        """,
        b="""
            type Query {
              u: A @shareable
            }
            type A @shareable {
              x: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
