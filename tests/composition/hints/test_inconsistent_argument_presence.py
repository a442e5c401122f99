"""INCONSISTENT_ARGUMENT_PRESENCE: An optional argument is missing somewhere, so it is dropped."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_ARGUMENT_PRESENCE,
        'The argument "Query.q(x:)" is left out of the supergraph, as it is unknown to subgraph "b".',
        at="a:4:17, b:4:15",
        a="""
            type Query {
              q(x: Int): Int @shareable
            }
        """,
        b="""
            type Query {
              q: Int @shareable
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_ARGUMENT_PRESENCE,
        a="""
            type Query {
              q(x: Int): Int @shareable
            }
        """,
        b="""
            type Query {
              q(x: Int): Int @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
