"""KEY_INVALID_FIELDS: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, Federation1, check, composes, raises

CASES = (
    raises(
        Code.KEY_INVALID_FIELDS,
        '@key(fields: "id nope") on "T" in subgraph "a" is invalid: "T" has no field "nope".',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id nope") {
              id: ID!
            }
        """,
    ),
    raises(
        Code.KEY_INVALID_FIELDS,
        '@key(fields: "id {") on "T" in subgraph "a" is invalid: a selection is empty.',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id {") {
              id: ID!
            }
        """,
    ),
    raises(
        Code.KEY_INVALID_FIELDS,
        '@key(fields: "") on "T" in subgraph "a" is invalid: a selection is empty.',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "") {
              id: ID!
            }
        """,
    ),
    raises(
        Code.KEY_INVALID_FIELDS,
        '@key(fields: "x: id") on "T" in subgraph "a" is invalid: "x:" is an alias, and '
        "aliases are not allowed.",
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "x: id") {
              id: ID!
            }
        """,
    ),
    raises(
        Code.KEY_INVALID_FIELDS,
        '@key(fields: "o") on "T" in subgraph "a" is invalid: "T.o" is of type "O" and needs '
        "a selection of its fields.",
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "o") {
              o: O
            }
            type O {
              a: Int
            }
        """,
    ),
    raises(
        Code.KEY_INVALID_FIELDS,
        '@key(fields: "id { a }") on "T" in subgraph "a" is invalid: "T.id" is of type "ID", '
        "which has no fields to select.",
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id { a }") {
              id: ID!
            }
        """,
    ),
    raises(
        Code.KEY_INVALID_FIELDS,
        '@key(fields: "... on O { a }") on "T" in subgraph "a" is invalid: a "T" can never '
        'be a "O".',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "... on O { a }") {
              id: ID!
            }
            type O {
              a: Int
            }
        """,
    ),
    raises(
        Code.KEY_INVALID_FIELDS,
        '@key(fields: "id nope") on "T" in subgraph "a" is invalid: "T" has no field "nope".',
        at="a:5:20",
        a=Federation1("""
            type Query {
              t: T
            }
            type T @key(fields: "id nope") {
              id: ID!
            }
        """),
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "o { a }") {
              o: O
            }
            type O {
              a: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "{ id }") {
              id: ID!
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id __typename") {
              id: ID!
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
