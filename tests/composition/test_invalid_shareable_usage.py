"""INVALID_SHAREABLE_USAGE: `@shareable` is applied where it has no meaning."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.INVALID_SHAREABLE_USAGE,
        '@shareable is invalid on "I.f" in subgraph "a": it is a field of an interface.',
        at="a:7:22",
        a="""
            type Query {
              q: Int
            }
            interface I {
              f: Int @shareable
            }
        """,
    ),
    raises(
        Code.INVALID_SHAREABLE_USAGE,
        '@shareable is invalid on "T.f" in subgraph "a": it is applied more than once.',
        at="a:7:22",
        a="""
            type Query {
              q: Int
            }
            type T {
              f: Int @shareable @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type T @shareable {
              f: Int @shareable
            }
            type Subscription {
              f: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
