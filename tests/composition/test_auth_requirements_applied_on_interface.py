"""AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE,
        '@authenticated cannot be applied to the interface "I" of subgraph "a".',
        at="a:6:25",
        a="""
            type Query {
              i: I
            }
            interface I @authenticated {
              f: Int
            }
            type A implements I {
              f: Int
            }
        """,
    ),
    raises(
        Code.AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE,
        '@policy cannot be applied to the interface field "I.f" of subgraph "a".',
        at="a:7:22",
        a="""
            type Query {
              i: I
            }
            interface I {
              f: Int @policy(policies: [["p"]])
            }
            type A implements I {
              f: Int
            }
        """,
    ),
    raises(
        Code.AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE,
        '@authenticated cannot be applied to the interface object "I" of subgraph "a".',
        at="a:6:56",
        a="""
            type Query {
              q: Int
            }
            type I @interfaceObject @key(fields: "id") @authenticated {
              id: ID!
              f: Int
            }
        """,
        b="""
            interface I @key(fields: "id") {
              id: ID!
            }
            type A implements I @key(fields: "id") {
              id: ID!
            }
        """,
    ),
    composes(
        a="""
            type Query {
              i: I
            }
            interface I {
              f: Int
            }
            type A implements I {
              f: Int @authenticated
            }
        """,
    ),
    composes(
        a="""
            type Query {
              i: I
            }
            interface I {
              f: Int
            }
            type A implements I @requiresScopes(scopes: [["a"]]) {
              f: Int @authenticated
            }
            type B implements I {
              f: Int @policy(policies: [["p"]])
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type I @interfaceObject @key(fields: "id") {
              id: ID!
              f: Int @authenticated @requiresScopes(scopes: [["a"]])
            }
        """,
        b="""
            interface I @key(fields: "id") {
              id: ID!
            }
            type A implements I @key(fields: "id") {
              id: ID!
            }
            type B implements I @key(fields: "id") @requiresScopes(scopes: [["b"]]) {
              id: ID!
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
