"""CONTEXT_NOT_SET: A `@fromContext` names a context that nothing in its subgraph sets."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.CONTEXT_NOT_SET,
        '@fromContext on "U.f(x:)" in subgraph "a" cannot work: no type of the subgraph sets '
        'the context "other".',
        at="a:14:27",
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
              f(x: String @fromContext(field: "$other { p }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_NOT_SET,
        '@fromContext on "U.f(x:)" in subgraph "a" cannot work: no type of the subgraph sets '
        'the context "c".',
        at="a:14:27",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
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
    raises(
        Code.CONTEXT_NOT_SET,
        '@fromContext on "@d(x:)" in subgraph "a" cannot work: a directive has no context.',
        at="a:6:33",
        a="""
            type Query {
              t: T
            }
            directive @d(x: Int @fromContext(field: "$c { p }")) on FIELD
            type T @key(fields: "id") @context(name: "c") {
              id: ID!
              p: Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_NOT_SET,
        '@fromContext on "U.f(x:)" in subgraph "a" cannot work: its field belongs to an interface.',
        at="a:12:24",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "c") {
              id: ID!
              u: U
              p: Int
            }
            interface U {
              f(x: Int @fromContext(field: "$c { p }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_NOT_SET,
        '@fromContext on "U.f(x:)" in subgraph "a" cannot work: its field implements "I.f".',
        at="a:16:24",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") @context(name: "c") {
              id: ID!
              u: U
              p: Int
            }
            interface I {
              f(x: Int): Int
            }
            type U implements I @key(fields: "id") {
              id: ID!
              f(x: Int @fromContext(field: "$c { p }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_NOT_SET,
        '@fromContext on "U.f(x:)" in subgraph "a" cannot work: the argument has a default.',
        at="a:14:33",
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
              f(x: String = "x" @fromContext(field: "$c { p }")): Int
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
