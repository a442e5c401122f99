"""EXTERNAL_MISSING_ON_BASE: A field is `@external` in every subgraph that has it."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, Federation1, check, composes, raises

CASES = (
    raises(
        Code.EXTERNAL_MISSING_ON_BASE,
        'The field "T.f" is @external in subgraph "a", and no subgraph resolves it.',
        at="a:8:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
    ),
    raises(
        Code.EXTERNAL_MISSING_ON_BASE,
        'The field "T.f" is @external in subgraphs "a" and "b", and no subgraph resolves it.',
        at="a:8:15, b:5:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              h: Int @requires(fields: "f")
            }
        """,
    ),
    raises(
        Code.EXTERNAL_MISSING_ON_BASE,
        'The field "T.f" is @external in subgraph "b", and no subgraph resolves it.',
        at="b:4:15",
        a=Federation1("""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
            }
        """),
        b=Federation1("""
            extend type T @key(fields: "id") {
              id: ID! @external
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """),
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
    composes(  # an interface object resolves it for all implementations
        a="""
            type Query {
              i: I
            }
            interface I @key(fields: "id") {
              id: ID!
            }
            type T implements I @key(fields: "id") {
              id: ID!
            }
        """,
        b="""
            type I @key(fields: "id") @interfaceObject {
              id: ID!
              f: Int
            }
        """,
        c="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
