"""EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE,
        'The field "T.o" of subgraph "a" cannot be both @external and @provides.',
        at="a:8:30, a:8:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              o: O @external @provides(fields: "x")
              g: Int @requires(fields: "o {id}")
            }
            type O @key(fields: "id") {
              id: ID!
              x: Int @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              o: O
            }
            type O @key(fields: "id") {
              id: ID!
              x: Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              h: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              o: O @external
              g: Int @requires(fields: "o {id}")
            }
            type O @key(fields: "id") {
              id: ID!
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              o: O
            }
            type O @key(fields: "id") {
              id: ID!
              x: Int @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
