"""MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS.

The different arguments of a directive were merged.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
        '@requiresScopes on field "Query.q" has different arguments; the supergraph has @requiresScopes(scopes: [["a", "b"]]).',
        at="a:4:33, b:4:33",
        a="""
            type Query {
              q: Int @shareable @requiresScopes(scopes: [["a"]])
            }
        """,
        b="""
            type Query {
              q: Int @shareable @requiresScopes(scopes: [["b"]])
            }
        """,
    ),
    gives_none(
        HintCode.MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
        a="""
            type Query {
              q: Int @shareable @requiresScopes(scopes: [["a"]])
            }
        """,
        b="""
            type Query {
              q: Int @shareable @requiresScopes(scopes: [["a"]])
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
