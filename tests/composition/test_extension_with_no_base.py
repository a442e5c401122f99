"""EXTENSION_WITH_NO_BASE: A type is extended, but no subgraph defines it."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, Federation1, check, composes, raises

CASES = (
    raises(
        Code.EXTENSION_WITH_NO_BASE,
        'Subgraph "a" extends the type "T", which no subgraph defines.',
        at="a:5:13",
        a=Federation1("""
            type Query {
              q: Int
            }
            extend type T @key(fields: "id") {
              id: ID! @external
              f: Int
            }
        """),
    ),
    raises(
        Code.EXTENSION_WITH_NO_BASE,
        'Subgraph "a" extends the type "T", which no subgraph defines.',
        at="a:5:13",
        a=Federation1("""
            type Query {
              q: Int
            }
            extend type T {
              f: Int
            }
        """),
        b=Federation1("""
            extend type T {
              g: Int
            }
        """),
    ),
    raises(
        Code.EXTENSION_WITH_NO_BASE,
        'Subgraph "a" extends the type "X", which no subgraph defines.',
        at="a:6:13",
        a="""
            type Query {
              q: X
            }
            extend enum X {
              A
            }
        """,
    ),
    raises(
        Code.EXTENSION_WITH_NO_BASE,
        'Subgraph "a" extends the type "X", which no subgraph defines.',
        at="a:6:13",
        a="""
            type Query {
              q: X
            }
            extend type X {
              a: Int
            }
        """,
    ),
    raises(
        Code.EXTENSION_WITH_NO_BASE,
        'Subgraph "a" extends the type "X", which no subgraph defines.',
        at="a:6:13",
        a="""
            type Query {
              q(x: X): Int
            }
            extend input X {
              a: Int
            }
        """,
    ),
    raises(
        Code.EXTENSION_WITH_NO_BASE,
        'Subgraph "a" extends the type "X", which no subgraph defines.',
        at="a:6:13",
        a="""
            type Query {
              q: X
            }
            extend scalar X @tag(name: "x")
        """,
    ),
    raises(
        Code.EXTENSION_WITH_NO_BASE,
        'Subgraph "a" extends the type "X", which no subgraph defines.',
        at="a:6:13",
        a="""
            type Query {
              q: X
            }
            extend union X = A
            type A {
              a: Int
            }
        """,
        b="""
            extend union X = A
            type A {
              a: Int
            }
        """,
    ),
    composes(
        a=Federation1("""
            type Query {
              q: Int
            }
            extend type T @key(fields: "id") {
              id: ID! @external
              f: Int
            }
        """),
        b=Federation1("""
            type T @key(fields: "id") {
              id: ID!
            }
        """),
    ),
    composes(
        a=Federation1("""
            extend type Query {
              q: Int
            }
        """),
    ),
    composes(
        a=Federation1("""
            type Query @extends {
              q: Int
            }
        """),
    ),
    composes(
        a=Federation1("""
            type Query {
              q: Int
            }
            type T @extends @key(fields: "id") {
              id: ID! @external
              f: Int
            }
        """),
        b=Federation1("""
            type T @key(fields: "id") {
              id: ID!
            }
        """),
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
