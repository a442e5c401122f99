"""INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE: An argument has different but fitting types."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE,
        'The argument "Query.q(x:)" has different types: "Int!" in subgraph "a" and "Int" in subgraph "b"; the supergraph has "Int!".',
        at="a:4:17, b:4:17",
        a="""
            type Query {
              q(x: Int!): Int @shareable
            }
        """,
        b="""
            type Query {
              q(x: Int): Int @shareable
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE,
        a="""
            type Query {
              q(x: Int!): Int @shareable
            }
        """,
        b="""
            type Query {
              q(x: Int!): Int @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
