"""QUERY_ROOT_TYPE_INACCESSIBLE: The query root is `@inaccessible`."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.QUERY_ROOT_TYPE_INACCESSIBLE,
        'The query root "Query" is @inaccessible.',
        at="a:3:13",
        a="""
            type Query @inaccessible {
              q: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type Mutation @inaccessible {
              m: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
