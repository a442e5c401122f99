"""MISSING_TRANSITIVE_AUTH_REQUIREMENTS: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.MISSING_TRANSITIVE_AUTH_REQUIREMENTS,
        'The field "T.g" of subgraph "a" uses "T.f" through @requires, but does not state '
        "the @authenticated, @requiresScopes or @policy that this demands.",
        at="a:9:22, b:5:22",
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
              f: Int @authenticated
            }
        """,
    ),
    raises(
        Code.MISSING_TRANSITIVE_AUTH_REQUIREMENTS,
        'The field "T.g" of subgraph "a" uses "T.f" through @requires, but does not state '
        "the @authenticated, @requiresScopes or @policy that this demands.",
        at="a:9:22, b:5:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f") @requiresScopes(scopes: [["a"]])
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @requiresScopes(scopes: [["a", "b"]])
            }
        """,
    ),
    raises(
        Code.MISSING_TRANSITIVE_AUTH_REQUIREMENTS,
        'The field "T.g" of subgraph "a" uses "O.x" through @requires, but does not state '
        "the @authenticated, @requiresScopes or @policy that this demands.",
        at="a:9:22, b:8:22",
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
              x: Int @policy(policies: [["p"]])
            }
        """,
    ),
    raises(
        Code.MISSING_TRANSITIVE_AUTH_REQUIREMENTS,
        'The field "U.f" of subgraph "a" uses "T" through @fromContext, but does not state '
        "the @authenticated, @requiresScopes or @policy that this demands.",
        at="a:14:27, b:3:39",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "c") {
              id: ID!
              u: U!
              p: String
              n: Int
            }
            type U @key(fields: "id") {
              id: ID!
              f(x: String @fromContext(field: "$c { p }")): Int
            }
        """,
        b="""
            type T @key(fields: "id") @authenticated {
              id: ID!
            }
        """,
    ),
    raises(
        Code.MISSING_TRANSITIVE_AUTH_REQUIREMENTS,
        'The field "T.g" of subgraph "a" uses "... on A" through @requires, but does not '
        "state the @authenticated, @requiresScopes or @policy that this demands.",
        at="a:9:22, b:8:39",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              u: U @external
              g: Int @requires(fields: "u { ... on A { x } }")
            }
            union U = A
            type A @key(fields: "id") {
              id: ID!
              x: Int @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              u: U
            }
            union U = A
            type A @key(fields: "id") @authenticated {
              id: ID!
              x: Int
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
              g: Int @requires(fields: "f") @authenticated
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @authenticated
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @authenticated {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @authenticated
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @authenticated {
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
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f") @requiresScopes(scopes: [["a", "b"]])
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @requiresScopes(scopes: [["a"], ["c"]])
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
