"""INCONSISTENT_ENTITY: A type is an entity in some subgraphs only."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_ENTITY,
        'The type "T" has a @key in subgraph "a", but none in subgraph "b".',
        at="a:6:13, b:3:13",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID! @shareable
            }
        """,
        b="""
            type T {
              id: ID! @shareable
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_ENTITY,
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID! @shareable
            }
        """,
        b="""
            type T @key(fields: "id", resolvable: false) {
              id: ID! @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
