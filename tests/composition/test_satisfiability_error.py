"""SATISFIABILITY_ERROR: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.SATISFIABILITY_ERROR,
        'Cannot be resolved: query { t { b } }\n  from "a": "T.b" is absent\n  to "b", which '
        'resolves it: it has no resolvable @key for "T" by which to enter (coming from "a")',
        at="b:5:15",
        a="""
            type Query {
              t: T
            }
            type T @shareable {
              a: Int
            }
        """,
        b="""
            type T @shareable {
              a: Int
              b: Int
            }
        """,
    ),
    raises(
        Code.SATISFIABILITY_ERROR,
        'Cannot be resolved: query { t { k } }\n  from "a": "T.k" is absent\n  to "b", which '
        'resolves it: entering needs @key "k", and "T.k" cannot be obtained (coming from "a")',
        at="b:4:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              a: Int
            }
        """,
        b="""
            type T @key(fields: "k") {
              k: ID!
              b: Int
            }
        """,
    ),
    raises(
        Code.SATISFIABILITY_ERROR,
        'Cannot be resolved: query { t { b } }\n  from "a": "T.b" is absent\n  to "b", which '
        'resolves it: it has no resolvable @key for "T" by which to enter (coming from "a")',
        at="b:5:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              a: Int
            }
        """,
        b="""
            type T @key(fields: "id", resolvable: false) {
              id: ID!
              b: Int
            }
        """,
    ),
    raises(
        Code.SATISFIABILITY_ERROR,
        'Cannot be resolved: query { t { f } }\n  from "a": "T.f" is @external there\n  to '
        '"b", which resolves it: entering needs @key "k", and "T.k" cannot be obtained '
        '(coming from "a")',
        at="a:8:15, b:5:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "k") {
              k: ID!
              f: Int
            }
        """,
    ),
    raises(
        Code.SATISFIABILITY_ERROR,
        'Cannot be resolved: query { t { g } }\n  from "a": "T.g" needs @requires, but no '
        'key leads back to this subgraph\n  from "b": "T.g" is absent',
        at="a:9:15",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id", resolvable: false) {
              id: ID!
              f: Int @external
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
    raises(
        Code.SATISFIABILITY_ERROR,
        'Cannot be resolved: query { t { g } }\n  from "a": "T.g" needs @requires, but no '
        'key leads back to this subgraph\n  from "b": "T.g" is absent',
        at="a:9:15",
        a="""
            type Query {
              t: T
            }
            type T {
              id: ID! @shareable
              f: Int @external
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
    raises(
        Code.SATISFIABILITY_ERROR,
        'Cannot be resolved: query { t { f } }\n  from "a": "T.f" is @external there\n  to '
        '"b", which resolves it: it has no resolvable @key for "T" by which to enter (coming '
        'from "a")',
        at="a:9:15, b:5:15",
        a="""
            type Query {
              t: T
              u: T @provides(fields: "f")
            }
            type T {
              id: ID! @shareable
              f: Int @external
            }
        """,
        b="""
            type T {
              id: ID! @shareable
              f: Int @shareable
            }
        """,
    ),
    raises(
        Code.SATISFIABILITY_ERROR,
        'Cannot be resolved: query { u { ... on A { y } } }\n  from "a": "A.y" is absent\n  '
        'to "b", which resolves it: it has no resolvable @key for "A" by which to enter '
        '(coming from "a")',
        at="b:5:15",
        a="""
            type Query {
              u: U
            }
            union U = A
            type A @shareable {
              x: Int
            }
        """,
        b="""
            type A @shareable {
              x: Int
              y: Int
            }
            type Query {
              z: Int
            }
        """,
    ),
    raises(
        Code.SATISFIABILITY_ERROR,
        'Cannot be resolved: query { i { ... on A { __typename } } }\n  from "b": "I" is an '
        'interface object there, and nothing tells that the object is a "A"',
        at="a:7:13",
        a="""
            interface I @key(fields: "id", resolvable: false) {
              id: ID!
              x: Int
            }
            type A implements I @key(fields: "id") {
              id: ID!
              x: Int
              a: Int
            }
        """,
        b="""
            type Query {
              i: I
            }
            type I @interfaceObject @key(fields: "id") {
              id: ID!
              y: Int
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
              a: Int
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              b: Int
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
              a: Int
            }
        """,
        b="""
            type T @key(fields: "k") {
              k: ID!
              b: Int
            }
        """,
        c="""
            type T @key(fields: "id") @key(fields: "k") {
              id: ID!
              k: ID!
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
              f: Int @external
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
              t: T @provides(fields: "f")
            }
            type T {
              id: ID! @shareable
              f: Int @external
            }
        """,
        b="""
            type T {
              id: ID! @shareable
              f: Int @shareable
            }
        """,
    ),
    composes(
        a="""
            type Query {
              i: I
            }
            interface I {
              x: Int
            }
            type A implements I @key(fields: "id") {
              id: ID!
              x: Int
            }
            type B implements I {
              x: Int
            }
        """,
        b="""
            type A @key(fields: "id") {
              id: ID!
              y: Int
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
              x: Int
            }
            type A implements I @key(fields: "id") {
              id: ID!
              x: Int
            }
            type B implements I @key(fields: "id") {
              id: ID!
              x: Int
            }
        """,
        b="""
            type I @interfaceObject @key(fields: "id") {
              id: ID!
              y: Int
            }
        """,
    ),
    composes(
        a="""
            interface I @key(fields: "id") {
              id: ID!
              x: Int
            }
            type A implements I @key(fields: "id") {
              id: ID!
              x: Int
              a: Int
            }
            type B implements I @key(fields: "id") {
              id: ID!
              x: Int
            }
        """,
        b="""
            type Query {
              i: I
            }
            type I @interfaceObject @key(fields: "id") {
              id: ID!
              y: Int
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
              a: Int
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              o: O
            }
            type O {
              x: Int
              q: Query
            }
            type Query {
              z: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              z: Int
            }
            type Mutation {
              m: T @shareable
            }
            type T @shareable {
              a: Int
              b: Int
              c: Int
            }
        """,
        b="""
            type Mutation {
              m: T @shareable
            }
            type T @shareable {
              a: Int
              c: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T @shareable
            }
            type T @shareable {
              a: Int
              b: Int
            }
        """,
        b="""
            type Query {
              t: T @shareable
            }
            type T @shareable {
              a: Int
              c: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "a { b }") {
              a: A
            }
            type A {
              b: Int
            }
        """,
        b="""
            type T @key(fields: "a { b }") {
              a: A
              x: Int
            }
            type A {
              b: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "a { b }") {
              a: A @shareable
            }
            type A {
              b: Int @shareable
            }
        """,
        b="""
            type T @key(fields: "a { b }") {
              a: A @shareable
              x: Int
            }
            type A {
              b: Int @shareable
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
              f: Int @override(from: "b", label: "percent(1)")
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
            type T @key(fields: "id") @context(name: "c") {
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
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              x: Int @inaccessible
            }
        """,
        b="""
            type T {
              id: ID! @shareable
              y: Int @inaccessible
            }
        """,
    ),
    composes(
        a="""
            type Query {
              t: T @shareable
            }
            type T @shareable {
              id: ID!
              n: N
            }
            type N @shareable {
              x: Int
            }
        """,
        b="""
            type Query {
              t: T @shareable
            }
            type T @shareable {
              n: N
            }
            type N @shareable {
              x: Int
              y: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              x: Int
            }
            type Subscription {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              y: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              p: P
            }
            type P @key(fields: "id") {
              id: ID!
              price: Int @external
              weight: Int @external
              ship: Int @requires(fields: "price weight")
            }
        """,
        b="""
            type P @key(fields: "id") {
              id: ID!
              price: Int @external
              weight: Int
              x: Int @requires(fields: "price")
            }
        """,
        c="""
            type P @key(fields: "id") {
              id: ID!
              price: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              n: [Node]
            }
            interface Node {
              id: ID!
            }
            type A implements Node @key(fields: "id") {
              id: ID!
            }
        """,
        b="""
            interface Node {
              id: ID!
              name: String
            }
            type B implements Node @key(fields: "id") {
              id: ID!
              name: String
            }
            type A implements Node @key(fields: "id") {
              id: ID!
              name: String
            }
            type Query {
              b: B
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
