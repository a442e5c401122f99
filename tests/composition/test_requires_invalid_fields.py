"""REQUIRES_INVALID_FIELDS: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.REQUIRES_INVALID_FIELDS,
        '@requires(fields: "f") on "T.g" in subgraph "a" is invalid: "T" has no field "f".',
        at="a:8:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
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
    raises(
        Code.REQUIRES_INVALID_FIELDS,
        '@requires(fields: "f") on "T.g" in subgraph "a" is invalid: "T.f" needs its argument "x".',
        at="a:9:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f(x: Int!): Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int!): Int
            }
        """,
    ),
    raises(
        Code.REQUIRES_INVALID_FIELDS,
        '@requires(fields: "f(a: "x")") on "T.g" in subgraph "a" is invalid: the argument '
        '"a" of "T.f" has to be a Int.',
        at="a:9:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f(a: Int): Int @external
              g: Int @requires(fields: "f(a: \\"x\\")")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(a: Int): Int
            }
        """,
    ),
    raises(
        Code.REQUIRES_INVALID_FIELDS,
        '@requires(fields: "f(a: $x)") on "T.g" in subgraph "a" is invalid: the argument "a" '
        "may contain no variable.",
        at="a:9:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f(a: Int!): Int @external
              g: Int @requires(fields: "f(a: $x)")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(a: Int!): Int
            }
        """,
    ),
    raises(
        Code.REQUIRES_INVALID_FIELDS,
        '@requires(fields: "f(a)") on "T.g" in subgraph "a" is invalid: the arguments "(a)" '
        "are not written correctly.",
        at="a:9:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f(a: Int): Int @external
              g: Int @requires(fields: "f(a)")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(a: Int): Int
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
              f(x: Int!): Int @external
              g: Int @requires(fields: "f(x: 3)")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(x: Int!): Int
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
              f(a: [Int], b: I): Int @external
              g: Int @requires(fields: "f(a: [1, 2], b: {x: 1, y: \\"s\\"})")
            }
            input I {
              x: Int
              y: String
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f(a: [Int], b: I): Int
            }
            input I {
              x: Int
              y: String
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
