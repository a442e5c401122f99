"""PROVIDES_UNSUPPORTED_ON_INTERFACE: `@provides` is applied to a field of an interface."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.PROVIDES_UNSUPPORTED_ON_INTERFACE,
        '@provides(fields: "f") on "I.t" in subgraph "a": @provides is not supported on '
        "interfaces.",
        at="a:7:20",
        a="""
            type Query {
              q: Int
            }
            interface I {
              t: T @provides(fields: "f")
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              i: I
            }
            interface I {
              t: T
            }
            type A implements I {
              t: T @provides(fields: "f")
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
