"""INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS.

A directive is applied with different arguments; the most frequent ones are kept.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
        '@deprecated on field "Query.q" has different arguments; the supergraph has @deprecated(reason: "a").',
        at="a:4:22, b:4:22",
        a="""
            type Query {
              q: Int @deprecated(reason: "a") @shareable
            }
        """,
        b="""
            type Query {
              q: Int @deprecated(reason: "b") @shareable
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
        a="""
            type Query {
              q: Int @deprecated(reason: "a") @shareable
            }
        """,
        b="""
            type Query {
              q: Int @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
