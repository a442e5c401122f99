"""INCONSISTENT_DEFAULT_VALUE_PRESENCE: A default is given in some subgraphs only."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_DEFAULT_VALUE_PRESENCE,
        'The default of argument "Query.q(x:)" is dropped, as only some subgraphs have it: "1" in subgraph "a" and "none" in subgraph "b".',
        at="a:4:17, b:4:17",
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
    gives_none(
        HintCode.INCONSISTENT_DEFAULT_VALUE_PRESENCE,
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
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
