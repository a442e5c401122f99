"""INVALID_FIELD_SHARING: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, Federation1, check, composes, raises

CASES = (
    raises(
        Code.INVALID_FIELD_SHARING,
        'The field "Query.q" is resolved by subgraphs "a" and "b", but it is not marked '
        '@shareable in subgraph "a".',
        at="a:4:15, b:4:15",
        a="""
            type Query {
              q: Int
            }
        """,
        b="""
            type Query {
              q: Int @shareable
            }
        """,
    ),
    raises(
        Code.INVALID_FIELD_SHARING,
        'The field "T.f" is resolved by subgraphs "a" and "b", but it is not marked '
        '@shareable in subgraphs "a" and "b".',
        at="a:7:15, b:4:15",
        a="""
            type Query {
              q: Int
            }
            type T {
              f: Int
            }
        """,
        b="""
            type T {
              f: Int
            }
        """,
    ),
    raises(
        Code.INVALID_FIELD_SHARING,
        'The field "A.f" is resolved by subgraphs "a" and "b", but it is not marked '
        '@shareable in subgraph "b". An interface object resolves it for all implementations '
        "of its interface.",
        at="a:11:15, b:5:15",
        a="""
            type Query {
              i: I
            }
            interface I @key(fields: "id") {
              id: ID!
            }
            type A implements I @key(fields: "id") {
              id: ID!
              f: Int @shareable
            }
        """,
        b="""
            type I @interfaceObject @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
    raises(
        Code.INVALID_FIELD_SHARING,
        'The field "T.f" is resolved by subgraphs "a" and "b", but it is not marked '
        '@shareable in subgraph "b".',
        at="a:6:15, b:4:15",
        a=Federation1("""
            type Query {
              t: T
            }
            type T {
              f: Int
            }
        """),
        b=Federation1("""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@interfaceObject", "@tag"])
            type T {
              f: Int
            }
        """),
    ),
    raises(
        Code.INVALID_FIELD_SHARING,
        'The field "Subscription.s" is resolved by subgraphs "a" and "b", but it is not marked '
        '@shareable in subgraphs "a" and "b".',
        at="a:7:15, b:4:15",
        a="""
            type Query {
              q: Int
            }
            type Subscription {
              s: Int
            }
        """,
        b="""
            type Subscription {
              s: Int
            }
        """,
    ),
    raises(
        Code.INVALID_FIELD_SHARING,
        'The subscription "s" is marked @shareable, but a subscription cannot be shared.',
        at="a:7:22",
        a="""
            type Query {
              q: Int
            }
            type Subscription {
              s: Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int @shareable
            }
        """,
        b="""
            type Query {
              q: Int @shareable
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
              f: Int @shareable
            }
        """,
        b="""
            type I @interfaceObject @key(fields: "id") {
              id: ID!
              f: Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
        """,
        b="""
            type Query {
              q: Int @override(from: "a")
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
