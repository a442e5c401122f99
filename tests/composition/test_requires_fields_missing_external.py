"""REQUIRES_FIELDS_MISSING_EXTERNAL: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.REQUIRES_FIELDS_MISSING_EXTERNAL,
        '@requires(fields: "f") on "T.g" in subgraph "a" selects "T.f", which is not marked '
        "@external there.",
        at="a:9:22, a:8:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int
              g: Int @requires(fields: "f")
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
              g: Int @requires(fields: "o { x }")
            }
            type O @shareable {
              x: Int
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              o: O
            }
            type O @shareable {
              x: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            interface I {
              x: Int
            }
            type A implements I @key(fields: "id") {
              id: ID!
              x: Int @external
            }
            type T @key(fields: "id") {
              id: ID!
              i: I @external
              g: Int @requires(fields: "i { x }")
            }
        """,
        b="""
            interface I {
              x: Int
            }
            type A implements I @key(fields: "id") {
              id: ID!
              x: Int
            }
            type T @key(fields: "id") {
              id: ID!
              i: I
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
