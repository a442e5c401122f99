"""INCONSISTENT_UNION_MEMBER: A member of a union is missing somewhere."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_UNION_MEMBER,
        'The union "U" lacks its member "B" in subgraph "b".',
        at="a:6:27, b:3:13",
        a="""
            type Query {
              u: U
            }
            union U = A | B
            type A @shareable {
              a: Int
            }
            type B {
              b: Int
            }
        """,
        b="""
            union U = A
            type A @shareable {
              a: Int
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_UNION_MEMBER,
        a="""
            type Query {
              u: U
            }
            union U = A
            type A @shareable {
              a: Int
            }
        """,
        b="""
            union U = A
            type A @shareable {
              a: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
