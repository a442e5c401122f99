"""OVERRIDE_DIRECTIVE_CAN_BE_REMOVED: An override has nothing left to override."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.OVERRIDE_DIRECTIVE_CAN_BE_REMOVED,
        '@override on "Query.q" in subgraph "a" can be removed: "b" does not have it.',
        at="a:4:22",
        a="""
            type Query {
              q: Int @override(from: "b")
            }
        """,
        b="""
            type Query {
              r: Int
            }
        """,
    ),
    gives_none(
        HintCode.OVERRIDE_DIRECTIVE_CAN_BE_REMOVED,
        a="""
            type Query {
              q: Int @override(from: "b")
            }
        """,
        b="""
            type Query {
              q: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
