"""ROOT_QUERY_USED: A type that is not the query root is called `Query`."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.ROOT_QUERY_USED,
        'Subgraph "a" calls a type "Query" that is not its query root.',
        at="a:9:13",
        a="""
            schema {
              query: Q
            }
            type Q {
              q: Int
            }
            type Query {
              x: Int
            }
        """,
    ),
    composes(
        a="""
            schema {
              query: Q
            }
            type Q {
              q: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
