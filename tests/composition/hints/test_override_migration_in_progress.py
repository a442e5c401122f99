"""OVERRIDE_MIGRATION_IN_PROGRESS: A field is moving to another subgraph by label."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.OVERRIDE_MIGRATION_IN_PROGRESS,
        'The field "Query.q" is moving from "b" to "a" by the label "percent(2)".',
        at="a:4:22, b:4:15",
        a="""
            type Query {
              q: Int @override(from: "b", label: "percent(2)")
            }
        """,
        b="""
            type Query {
              q: Int
            }
        """,
    ),
    gives_none(
        HintCode.OVERRIDE_MIGRATION_IN_PROGRESS,
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
