"""OVERRIDE_FROM_SELF_ERROR: An `@override` names the subgraph that it stands in."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.OVERRIDE_FROM_SELF_ERROR,
        'The field "T.f" in subgraph "a" overrides itself: its source subgraph is "a" as well.',
        at="a:8:22",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @override(from: "a")
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @override(from: "b")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
