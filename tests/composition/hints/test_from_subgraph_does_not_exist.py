"""FROM_SUBGRAPH_DOES_NOT_EXIST: An override names a subgraph that does not exist."""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.FROM_SUBGRAPH_DOES_NOT_EXIST,
        'The field "Query.q" is overridden from "nobody", which is no subgraph.',
        at="a:4:22",
        a="""
            type Query {
              q: Int @override(from: "nobody")
            }
        """,
    ),
    gives_none(
        HintCode.FROM_SUBGRAPH_DOES_NOT_EXIST,
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
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
