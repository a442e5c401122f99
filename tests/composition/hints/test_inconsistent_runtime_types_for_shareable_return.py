"""INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN.

A shared field can return other object types in other subgraphs.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN,
        'The shared field "Query.u" returns "U", whose possible object types are "A, B" in subgraph "a" and "A" in subgraph "b"; all subgraphs have to resolve the field to the same object.',
        at="a:4:15, b:4:15",
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
    gives_none(
        HintCode.INCONSISTENT_RUNTIME_TYPES_FOR_SHAREABLE_RETURN,
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
              u: U @shareable
            }
            union U = A
            type A @shareable {
              x: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
