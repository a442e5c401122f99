"""PROVIDES_FIELDS_MISSING_EXTERNAL: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.PROVIDES_FIELDS_MISSING_EXTERNAL,
        '@provides(fields: "f") on "Query.t" in subgraph "a" selects "T.f", which is not '
        "marked @external there.",
        at="a:4:20, a:8:15",
        a="""
            type Query {
              t: T @provides(fields: "f")
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T @provides(fields: "o { x }")
            }
            type T @key(fields: "id") {
              id: ID!
              o: O @external
            }
            type O @shareable {
              x: Int
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              o: O @shareable
            }
            type O @shareable {
              x: Int
            }
        """,
    ),
    composes(  # what is selected lies below a field that an implementation has marked
        a="""
            type Query {
              i: I @provides(fields: "others { name }")
            }
            interface I {
              id: ID!
              others: [Other]
            }
            type T implements I @key(fields: "id") {
              id: ID!
              others: [Other] @external
            }
            interface Other {
              name: String
            }
            type O implements Other @key(fields: "id") {
              id: ID!
              name: String @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              others: [Other] @shareable
            }
            interface Other {
              name: String
            }
            type O implements Other @key(fields: "id") {
              id: ID!
              name: String @shareable
            }
        """,
    ),
    raises(  # the implementations are marked, but nothing above them
        Code.PROVIDES_FIELDS_MISSING_EXTERNAL,
        '@provides(fields: "name") on "Query.i" in subgraph "a" selects "I.name", which is not '
        "marked @external there.",
        at="a:4:20, a:7:15",
        a="""
            type Query {
              i: I @provides(fields: "name")
            }
            interface I {
              name: String
            }
            type T implements I @key(fields: "id") {
              id: ID!
              name: String @external
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              name: String @shareable
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
