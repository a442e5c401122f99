"""OVERRIDDEN_FIELD_CAN_BE_REMOVED: An overridden field is no longer needed."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.OVERRIDDEN_FIELD_CAN_BE_REMOVED,
        'The field "Query.q" of subgraph "b" is overridden by "a"; it can be removed there.',
        at="b:4:15, a:4:22",
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
    gives_none(
        HintCode.OVERRIDDEN_FIELD_CAN_BE_REMOVED,
        a="""
            type Query {
              q: Int @override(from: "b", label: "percent(5)")
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
