"""INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE,
        'Subgraph "a" can be entered by the key of its interface "I", so it has to define '
        'every implementation; it lacks "B".',
        at="a:6:25, b:6:13",
        a="""
            type Query {
              i: I
            }
            interface I @key(fields: "id") {
              id: ID!
            }
            type A implements I @key(fields: "id") {
              id: ID!
            }
        """,
        b="""
            interface I {
              id: ID!
            }
            type B implements I {
              id: ID!
            }
        """,
    ),
    composes(
        a="""
            type Query {
              i: I
            }
            interface I @key(fields: "id") {
              id: ID!
            }
            type A implements I @key(fields: "id") {
              id: ID!
            }
            type B implements I @key(fields: "id") {
              id: ID!
            }
        """,
        b="""
            interface I {
              id: ID!
            }
            type B implements I @key(fields: "id") {
              id: ID!
            }
        """,
    ),
    composes(
        a="""
            type Query {
              i: I
            }
            interface I @key(fields: "id", resolvable: false) {
              id: ID!
            }
            type A implements I @key(fields: "id") {
              id: ID!
            }
        """,
        b="""
            interface I {
              id: ID!
            }
            type B implements I {
              id: ID!
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
