"""INCONSISTENT_INPUT_OBJECT_FIELD: An input field is missing somewhere, so dropped."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_INPUT_OBJECT_FIELD,
        'The input field "I.b" is left out of the supergraph, as it is unknown to subgraph "b".',
        at="a:8:15, b:3:13",
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int
              b: Int
            }
        """,
        b="""
            input I {
              a: Int
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_INPUT_OBJECT_FIELD,
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int
              b: Int
            }
        """,
        b="""
            input I {
              a: Int
              b: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
