"""INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE: A field has different but fitting types."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE,
        'The field "Query.q" has different types: "Int!" in subgraph "a" and "Int" in subgraph "b"; the supergraph has "Int".',
        at="a:4:15, b:4:15",
        a="""
            type Query {
              q: Int! @shareable
            }
        """,
        b="""
            type Query {
              q: Int @shareable
            }
        """,
    ),
    gives_none(
        HintCode.INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE,
        a="""
            type Query {
              q: Int! @shareable
            }
        """,
        b="""
            type Query {
              q: Int! @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
