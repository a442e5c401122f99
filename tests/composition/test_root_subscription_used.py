"""ROOT_SUBSCRIPTION_USED: A type that is not the subscription root is called `Subscription`."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.ROOT_SUBSCRIPTION_USED,
        'Subgraph "a" calls a type "Subscription" that is not its subscription root.',
        at="a:13:13",
        a="""
            schema {
              query: Query
              subscription: M
            }
            type Query {
              q: Int
            }
            type M {
              q: Int
            }
            type Subscription {
              x: Int
            }
        """,
    ),
    composes(
        a="""
            schema {
              query: Query
              subscription: M
            }
            type Query {
              q: Int
            }
            type M {
              q: Int
            }
        """,
    ),
    composes(
        a="""
            schema {
              query: Query
            }
            type Query {
              q: Int
            }
            type Mutation {
              q: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
