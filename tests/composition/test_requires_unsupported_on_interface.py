"""REQUIRES_UNSUPPORTED_ON_INTERFACE: `@requires` is applied to a field of an interface."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.REQUIRES_UNSUPPORTED_ON_INTERFACE,
        '@requires(fields: "f") on "I.g" in subgraph "a": @requires is not supported on '
        "interfaces.",
        at="a:8:22",
        a="""
            type Query {
              q: Int
            }
            interface I {
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
    ),
    raises(
        Code.REQUIRES_UNSUPPORTED_ON_INTERFACE,
        '@requires(fields: "f") on "I.g" in subgraph "a": @requires is not supported on '
        "interfaces.",
        at="a:7:22",
        a="""
            type Query {
              t: A
            }
            interface I {
              g: Int @requires(fields: "f")
              f: Int
            }
            type A implements I @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type A @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: A
            }
            interface I {
              g: Int
            }
            type A implements I @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type A @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
