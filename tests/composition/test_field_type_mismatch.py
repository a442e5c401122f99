"""FIELD_TYPE_MISMATCH: A field has types that do not fit together in different subgraphs."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.FIELD_TYPE_MISMATCH,
        'The types of field "Query.q" do not fit together: "Int" in subgraph "a" and '
        '"String" in subgraph "b".',
        at="a:4:15, b:4:15",
        a="""
            type Query {
              q: Int @shareable
            }
        """,
        b="""
            type Query {
              q: String @shareable
            }
        """,
    ),
    raises(
        Code.FIELD_TYPE_MISMATCH,
        'The types of field "Query.q" do not fit together: "[Int]" in subgraph "a" and "Int" '
        'in subgraph "b".',
        at="a:4:15, b:4:15",
        a="""
            type Query {
              q: [Int] @shareable
            }
        """,
        b="""
            type Query {
              q: Int @shareable
            }
        """,
    ),
    raises(
        Code.FIELD_TYPE_MISMATCH,
        'The types of input field "I.a" do not fit together: "Int" in subgraph "a" and '
        '"String" in subgraph "b".',
        at="a:7:15, b:4:15",
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int
            }
        """,
        b="""
            input I {
              a: String
            }
        """,
    ),
    raises(
        Code.FIELD_TYPE_MISMATCH,
        'The types of field "Query.q" do not fit together: "[Int!]" in subgraph "a" and '
        '"[Int]!" in subgraph "b".',
        at="a:4:15, b:4:15",
        a="""
            type Query {
              q: [Int!] @shareable
            }
        """,
        b="""
            type Query {
              q: [Int]! @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: [Int!]! @shareable
            }
        """,
        b="""
            type Query {
              q: [Int] @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: I @shareable
            }
            interface I {
              x: Int
            }
            type A implements I @shareable {
              x: Int
            }
        """,
        b="""
            type Query {
              q: A! @shareable
            }
            type A @shareable {
              x: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(i: I): Int
            }
            input I {
              a: Int
            }
        """,
        b="""
            input I {
              a: Int!
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
