"""INVALID_GRAPHQL: A subgraph's schema is not valid GraphQL."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, Federation1, check, composes, raises

CASES = (
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": Unknown type "Nope" of "Query.q".',
        at="a:4:15",
        a="""
            type Query {
              q: Nope
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        '"Query" has more than one "q".',
        at="a:4:15, a:5:15",
        a="""
            type Query {
              q: Int
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": Unknown directive @nope.',
        at="a:4:22",
        a="""
            type Query {
              q: Int @nope
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The type of "Query.q" has to be an output type, not "I".',
        at="a:4:15",
        a="""
            type Query {
              q: I
            }
            input I {
              a: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "A" lacks the field "a" of its interface "I".',
        at="a:9:31, a:7:15",
        a="""
            type Query {
              q: I
            }
            interface I {
              a: Int
            }
            type A implements I {
              b: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The type of "Query.q(i:)" has to be an input type, not "T".',
        at="a:4:17",
        a="""
            type Query {
              q(i: T): Int
            }
            type T {
              a: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The argument "reason" of @deprecated has to be a String.',
        at="a:4:22",
        a="""
            type Query {
              q: Int @deprecated(reason: 3)
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": @deprecated has no argument "nope".',
        at="a:4:22",
        a="""
            type Query {
              q: Int @deprecated(nope: 3)
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": @deprecated is applied to "Query.q" more than once.',
        at="a:4:34",
        a="""
            type Query {
              q: Int @deprecated @deprecated
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "E" cannot be a member of a union: it is no object.',
        at="a:6:23",
        a="""
            type Query {
              q: U
            }
            union U = E
            enum E {
              A
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "A" implements the unknown type "B".',
        at="a:6:31",
        a="""
            type Query {
              q: Int
            }
            type A implements B {
              a: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The default of "Query.q(i:)" is no value of type "Int".',
        at="a:4:17",
        a="""
            type Query {
              q(i: Int = "x"): Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "Query.__q" begins with "__", which is reserved.',
        at="a:4:15",
        a="""
            type Query {
              __q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The type "A" has no fields.',
        at="a:6:13",
        a="""
            type Query {
              q: Int
            }
            type A
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        "Subgraph \"a\": Syntax Error: Expected Name, found '}'.",
        at="a:2:31",
        a="type Query { q: Int } type A {}",
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": @shareable has no argument "x".',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type A @shareable(x: 1) {
              b: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        '"E" has more than one "A".',
        at="a:7:15, a:8:15",
        a="""
            type Query {
              q: Int
            }
            enum E {
              A
              A
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The input type "I" requires itself, so it can have no value.',
        at="a:6:13",
        a="""
            type Query {
              q: Int
            }
            input I {
              a: I!
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The interface "A" implements itself.',
        at="a:6:36",
        a="""
            type Query {
              q: Int
            }
            interface A implements A {
              x: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The default of "Query.q(i:)" is no value of type "I".',
        at="a:4:17",
        a="""
            type Query {
              q(i: I = { b: 1 }): Int
            }
            input I {
              a: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        '"Query" is defined more than once.',
        at="a:3:13, a:6:13",
        a="""
            type Query {
              q: Int
            }
            type Query {
              r: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The default of "Query.q(i:)" is no value of type "E".',
        at="a:4:17",
        a="""
            type Query {
              q(i: E = C): Int
            }
            enum E {
              A
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": @specifiedBy cannot be applied to OBJECT (A).',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type A @specifiedBy(url: "x") {
              a: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": @specifiedBy cannot be applied to FIELD_DEFINITION (Query.q).',
        at="a:4:22",
        a="""
            type Query {
              q: Int @specifiedBy
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The enum "E" has no values.',
        at="a:6:13",
        a="""
            type Query {
              q: Int
            }
            enum E
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'The query root "Nope" is not defined.',
        at="a:1:1, a:3:13",
        a="""
            schema {
              query: Nope
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "B.x" has to take the argument "a: Int" of its interface "A".',
        at="a:10:15, a:7:17",
        a="""
            type Query {
              q: A
            }
            interface A {
              x(a: Int): Int
            }
            type B implements A {
              x(a: String): Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "B.x" requires the argument "a", which its interface "A" does not have.',
        at="a:10:17, a:7:15",
        a="""
            type Query {
              q: A
            }
            interface A {
              x: Int
            }
            type B implements A {
              x(a: String!): Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "B.x" has type "Int", but its interface "A" demands "Int!".',
        at="a:10:15, a:7:15",
        a="""
            type Query {
              q: A
            }
            interface A {
              x: Int!
            }
            type B implements A {
              x: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The union "U" has no members.',
        at="a:6:13",
        a="""
            type Query {
              q: Int
            }
            union U
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        '"Query.q" has more than one "a".',
        at="a:4:17, a:4:25",
        a="""
            type Query {
              q(a: Int, a: Int): Int
            }
        """,
    ),
    *(
        raises(
            Code.INVALID_GRAPHQL,
            f'Subgraph "a": "{element}" cannot be of type "{name}", which is not part of the graph.',
            at=f"a:2:{len(before) + 1}",
            a=f"{before}{text}",
        )
        for element, name, before, text in (
            ("Query.x", "_Service", "type Query { ", "x: _Service }"),
            ("Query.x", "_Any", "scalar _Any type Query { ", "x: _Any }"),
            ("Query.x", "federation__FieldSet", "type Query { ", "x: [federation__FieldSet] }"),
            ("Query.x(a:)", "link__Purpose", "type Query { x(", "a: link__Purpose): Int }"),
            ("I.a", "_Any", "type Query { x(i: I): Int } input I { ", "a: _Any }"),
            ("@m(a:)", "_Any", "type Query { x: Int } directive @m(", "a: _Any) on FIELD"),
        )
    ),
    composes(
        a="""
            scalar federation__FieldSet
            directive @m(a: federation__FieldSet) on OBJECT
            type Query @m(a: "x") {
              x: Int
            }
        """
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "b": Unknown type "Query" of "Mutation.y".',
        at="b:2:17",
        a="type Query { x: Int }",
        b="type Mutation { y: Query }",
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The interface "A" implements "B", which implements "A".',
        at="a:6:36",
        a="""
            type Query {
              q: A
            }
            interface A implements B {
              a: Int
            }
            interface B implements A {
              a: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "C" has to implement "A", because "B" does.',
        at="a:12:31",
        a="""
            type Query {
              q: B
            }
            interface A {
              a: Int
            }
            interface B implements A {
              a: Int
            }
            type C implements B {
              a: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": The argument "resolvable" of @key has to be a Boolean.',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id", resolvable: 3) {
              id: ID
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": @key needs its argument "fields".',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            type T @key {
              id: ID
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "Query.q(i:)" is required, so it cannot be deprecated.',
        at="a:4:17",
        a="""
            type Query {
              q(i: Int! @deprecated): Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        '"Query" is declared both as type and as scalar.',
        at="a:3:13, a:6:13",
        a="""
            type Query {
              q: [[[Int!]!]!]!
            }
            scalar Query
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        "Subgraph \"a\": Syntax Error: Name 'true' is reserved and cannot be used for an "
        "enum value.",
        at="a:2:10",
        a="enum E { true } type Query { q: E}",
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": Unknown directive @nope.',
        at="a:6:20",
        a="""
            type Query {
              q: Int
            }
            schema @nope {
              query: Query
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        '"The schema" has more than one "x".',
        at="a:6:13, a:7:13",
        a="""
            type Query {
              q: Int
            }
            directive @x on FIELD
            directive @x on FIELD
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'The mutation root "M" is not defined.',
        at="a:1:1, a:6:13",
        a="""
            type Query {
              q: Int
            }
            extend schema {
              mutation: M
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": Unknown directive @shareable. If it is a directive of Federation 2, '
        "link the federation specification first.",
        at="a:3:20",
        a=Federation1("""
            type Query {
              t: T @shareable
            }
            type T @key(fields: "id nope") {
              id: ID!
            }
        """),
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": Unknown directive @inaccessible. If it is a directive of Federation '
        "2, link the federation specification first.",
        at="a:3:20",
        a=Federation1("""
            type Query {
              t: T @inaccessible
              x: Int
            }
            type T {
              id: ID!
            }
        """),
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": Unknown directive @override. If it is a directive of Federation 2, '
        "link the federation specification first.",
        at="a:3:20",
        a=Federation1("""
            type Query {
              t: T @override(from: "x")
              x: Int
            }
            type T {
              id: ID!
            }
        """),
    ),
    raises(
        Code.INVALID_GRAPHQL,
        "The purpose of the link to https://specs.apollo.dev/federation/v2.9 has to be "
        "SECURITY or EXECUTION.",
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", for: NOPE)
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        '"U" names "A" more than once.',
        at="a:6:23, a:6:27",
        a="""
            type Query {
              q: U
            }
            union U = A | A
            type A {
              a: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        '"A" names "I" more than once.',
        at="a:9:31, a:9:35",
        a="""
            type Query {
              q: A
            }
            interface I {
              a: Int
            }
            type A implements I & I {
              a: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'In the merged schema "A" has to implement "J", because "I" does.',
        at="a:9:13, b:3:31",
        a="""
            type Query {
              q: Int
            }
            interface I @key(fields: "id") {
              id: ID!
            }
            type A implements I @key(fields: "id") {
              id: ID!
            }
        """,
        b="""
            type I implements J @interfaceObject @key(fields: "id") {
              id: ID!
              f: Int
            }
            interface J {
              f: Int
            }
        """,
    ),
    raises(
        Code.INVALID_GRAPHQL,
        'Subgraph "a": "_Any" is defined as type, which cannot serve the field "_entities", which '
        "the schema has because of its @key.",
        at="a:9:13",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
            }
            type _Any {
              x: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q: Int
            }
            type _Any {
              x: Int
            }
        """,
    ),
    composes(
        a="""
            type Query {
              q(x: I = {a: 1}): U
            }
            interface N {
              a: Int
            }
            type A implements N {
              a: Int!
            }
            union U = A
            input I {
              a: Int!
              next: I
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
