"""CONTEXT_INVALID_SELECTION: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.CONTEXT_INVALID_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" is invalid: it selects more than one value.',
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
              f(x: String @fromContext(field: "$c { p n }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_INVALID_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" is invalid: "T" has no field "nope".',
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
              f(x: String @fromContext(field: "$c { nope }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_INVALID_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" is invalid: it yields "Int" from "T", but '
        'the argument is of type "String".',
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
              f(x: String @fromContext(field: "$c { n }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_INVALID_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" is invalid: it yields "String" from "T", '
        'but the argument is of type "String!".',
        at="a:14:28",
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
              f(x: String! @fromContext(field: "$c { p }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_INVALID_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" is invalid: "x:" is an alias, and aliases '
        "are not allowed.",
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
              f(x: String @fromContext(field: "$c { x: p }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_INVALID_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" is invalid: it contains the directive @skip.',
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
              f(x: String @fromContext(field: "$c { p @skip(if: true) }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_INVALID_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" is invalid: its type condition "U" fits '
        "no type that sets the context.",
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
              f(x: String @fromContext(field: "$c { ... on T { p } ... on U { id } }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_INVALID_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" is invalid: it yields "Int" from "T", but '
        'the argument is of type "[String]".',
        at="a:14:29",
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
              f(x: [String] @fromContext(field: "$c { u { f } }")): Int
            }
        """,
    ),
    raises(
        Code.CONTEXT_INVALID_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" is invalid: its type condition "U" fits '
        "no type that sets the context.",
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
              f(x: String @fromContext(field: "$c { ... on U { id } }")): Int
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
              f(x: String @fromContext(field: "$c { ... on T { p } }")): Int
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
              f(x: String @fromContext(field: "$c p")): Int
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
              f(x: Int @fromContext(field: "$c { u { g } }")): Int
            }
            extend type U {
              g: Int
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
              f(x: String @fromContext(field: "$c { ... on T { p } ... on S { p } }")): Int
            }
            type S @key(fields: "id") @context(name: "c") {
              id: ID!
              p: String
              u: U
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: C
            }
            interface C @context(name: "c") {
              p: String
            }
            type T implements C @key(fields: "id") {
              id: ID!
              u: U!
              p: String
            }
            type U @key(fields: "id") {
              id: ID!
              f(x: String @fromContext(field: "$c { p }")): Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: C
            }
            union C @context(name: "c") = T | S
            type S @key(fields: "id") {
              id: ID!
              q: String
              u: U!
            }
            type T @key(fields: "id") {
              id: ID!
              u: U!
              p: String
            }
            type U @key(fields: "id") {
              id: ID!
              f(x: String @fromContext(field: "$c ... on T { p } ... on S { q }")): Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
