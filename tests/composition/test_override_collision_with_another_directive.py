"""OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE,
        '"T.f" cannot be overridden, as it carries @requires in its source, subgraph "b".',
        at="a:9:22, b:6:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              x: Int
              f: Int @override(from: "b")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              x: Int @external
              f: Int @requires(fields: "x")
            }
        """,
    ),
    raises(
        Code.OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE,
        '"T.f" cannot be overridden, as it carries @external in subgraph "a".',
        at="a:8:32, a:8:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external @override(from: "b")
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
              x: Int @external
              f: Int @requires(fields: "x") @override(from: "b")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              x: Int @shareable
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
              u: U @provides(fields: "x") @override(from: "b")
            }
            type U @key(fields: "id") {
              id: ID!
              x: Int @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              u: U
            }
            type U @key(fields: "id") {
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
              x: Int
              f: Int @override(from: "b")
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
              f: Int @override(from: "b")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
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
              f: Int @override(from: "b")
            }
        """,
        b="""
            type T @key(fields: "id") @key(fields: "f") {
              id: ID!
              f: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
