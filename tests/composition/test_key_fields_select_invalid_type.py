"""KEY_FIELDS_SELECT_INVALID_TYPE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.KEY_FIELDS_SELECT_INVALID_TYPE,
        '@key(fields: "i { a } absent") on "T" in subgraph "a" selects "T.i", which is of the '
        'interface type "I".',
        at="a:6:20, a:7:15",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "i { a } absent") {
              i: I
            }
            interface I {
              a: Int
            }
            type A implements I {
              a: Int
            }
        """,
    ),
    raises(
        Code.KEY_INVALID_FIELDS,
        '@key(fields: "zero i { a }") on "T" in subgraph "a" is invalid: "T" has no field "zero".',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "zero i { a }") {
              i: I
            }
            interface I {
              a: Int
            }
            type A implements I {
              a: Int
            }
        """,
    ),
    raises(
        Code.KEY_FIELDS_SELECT_INVALID_TYPE,
        '@key(fields: "i { a }") on "T" in subgraph "a" selects "T.i", which is of the '
        'interface type "I".',
        at="a:6:20, a:7:15",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "i { a }") {
              i: I
            }
            interface I {
              a: Int
            }
            type A implements I {
              a: Int
            }
        """,
    ),
    raises(
        Code.KEY_FIELDS_SELECT_INVALID_TYPE,
        '@key(fields: "u { __typename }") on "T" in subgraph "a" selects "T.u", which is of '
        'the union type "U".',
        at="a:6:20, a:7:15",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "u { __typename }") {
              u: U
            }
            union U = A
            type A {
              a: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "i { a }") {
              i: I
            }
            type I {
              a: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "ids") {
              ids: [ID!]!
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
