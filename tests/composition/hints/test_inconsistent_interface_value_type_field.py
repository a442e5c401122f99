"""INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD: A field of an interface is missing somewhere."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD,
        'The field "T.b" is missing in subgraph "b".',
        at="a:8:15, b:3:13",
        a="""
            type Query {
              q: Int
            }
            interface T {
              a: Int
              b: Int
            }
        """,
        b="""
            interface T {
              a: Int
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD,
        a="""
            type Query {
              q: Int
            }
            interface T {
              a: Int
            }
        """,
        b="""
            interface T {
              a: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
