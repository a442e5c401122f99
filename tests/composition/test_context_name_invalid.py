"""CONTEXT_NAME_INVALID: The name of a context is malformed."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.CONTEXT_NAME_INVALID,
        'The context "a_b" on "T" in subgraph "a" may only have letters and digits in its name.',
        at="a:6:39",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "a_b") {
              id: ID!
              u: U!
              p: String
              n: Int
            }
            type U @key(fields: "id") {
              id: ID!
              f(x: String @fromContext(field: "$a_b { p }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_NAME_INVALID,
        'The context "" on "T" in subgraph "a" may only have letters and digits in its name.',
        at="a:6:39",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "") {
              id: ID!
              u: U!
              p: String
              n: Int
            }
            type U @key(fields: "id") {
              id: ID!
              f(x: Int): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_NAME_INVALID,
        'The context "1a" on "T" in subgraph "a" may only have letters and digits in its name.',
        at="a:6:39",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "1a") {
              id: ID!
              u: U!
              p: String
              n: Int
            }
            type U @key(fields: "id") {
              id: ID!
              f(x: Int): Int
            }
        """,
    ),
    composes(
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
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
