"""INTERFACE_OBJECT_USAGE_ERROR: `@interfaceObject` is used against its rules."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, Federation1, check, composes, raises

CASES = (
    raises(
        Code.INTERFACE_OBJECT_USAGE_ERROR,
        'The interface object "I" in subgraph "a" has no @key, so nothing could enter it.',
        at="a:6:13",
        a="""
            type Query {
              q: Int
            }
            type I @interfaceObject {
              id: ID!
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
    raises(
        Code.INTERFACE_OBJECT_USAGE_ERROR,
        'The type "I" is an interface object in subgraph "a", but no subgraph defines the '
        "interface.",
        at="a:6:13",
        a="""
            type Query {
              q: Int
            }
            type I @interfaceObject @key(fields: "id") {
              id: ID!
            }
        """,
    ),
    raises(
        Code.INTERFACE_OBJECT_USAGE_ERROR,
        'Subgraph "a" has "I" as an interface object, so it may not define implementations '
        'of it, but it defines "A".',
        at="a:6:13, a:9:13",
        a="""
            type Query {
              q: Int
            }
            type I @interfaceObject @key(fields: "id") {
              id: ID!
            }
            type A @key(fields: "id") {
              id: ID!
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
    raises(
        Code.INTERFACE_OBJECT_USAGE_ERROR,
        'The interface object "I" of subgraph "b" needs the key of the interface in subgraph '
        '"a", but that is a Federation 1 schema, whose keys on interfaces resolve no type '
        "names.",
        at="b:3:13, a:5:13",
        a=Federation1("""
            type Query {
              i: I
            }
            interface I @key(fields: "id") {
              id: ID!
            }
            type A implements I @key(fields: "id") {
              id: ID!
            }
        """),
        b=Federation1("""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires", "@interfaceObject", "@tag"])
            type I @interfaceObject @key(fields: "id") {
              id: ID!
              f: Int
            }
        """),
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type I @interfaceObject @key(fields: "id") {
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
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
