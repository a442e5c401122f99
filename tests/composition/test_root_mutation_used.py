"""ROOT_MUTATION_USED: A type that is not the mutation root is called `Mutation`."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.ROOT_MUTATION_USED,
        'Subgraph "a" calls a type "Mutation" that is not its mutation root.',
        at="a:13:13",
        a="""
            schema {
              query: Query
              mutation: M
            }
            type Query {
              q: Int
            }
            type M {
              q: Int
            }
            type Mutation {
              x: Int
            }
        """,
    ),
    composes(
        a="""
            schema {
              query: Query
              mutation: M
            }
            type Query {
              q: Int
            }
            type M {
              q: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
