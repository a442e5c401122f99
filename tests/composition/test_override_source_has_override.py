"""OVERRIDE_SOURCE_HAS_OVERRIDE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.OVERRIDE_SOURCE_HAS_OVERRIDE,
        'The field "T.f" is overridden from "b" in subgraph "a", but "b" overrides it too.',
        at="a:8:22, b:5:22",
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
              f: Int @override(from: "c")
            }
        """,
        c="""
            type T @key(fields: "id") {
              id: ID!
              f: Int
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
