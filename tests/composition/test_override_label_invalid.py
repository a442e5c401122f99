"""OVERRIDE_LABEL_INVALID: The label of an `@override` is malformed."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.OVERRIDE_LABEL_INVALID,
        'The label "no good" of @override on "T.f" is neither percent(x) with x from 0 '
        "to 100 and at most 8 decimals, nor a word that begins with a letter and goes on "
        "with letters, digits or any of _-:./",
        at="a:8:22",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @override(from: "b", label: "no good")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @external
              g: Int @requires(fields: "f")
            }
        """,
    ),
    raises(
        Code.OVERRIDE_LABEL_INVALID,
        'The label "percent(101)" of @override on "T.f" is neither percent(x) with x from 0 '
        "to 100 and at most 8 decimals, nor a word that begins with a letter and goes on "
        "with letters, digits or any of _-:./",
        at="a:8:22",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @override(from: "b", label: "percent(101)")
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
        Code.OVERRIDE_LABEL_INVALID,
        'The label "percent(1.123456789)" of @override on "T.f" is neither percent(x) with x '
        "from 0 to 100 and at most 8 decimals, nor a word that begins with a letter and goes "
        "on with letters, digits or any of _-:./",
        at="a:8:22",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @override(from: "b", label: "percent(1.123456789)")
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
        Code.OVERRIDE_LABEL_INVALID,
        'The label "no spaces" of @override on "T.f" is neither percent(x) with x from 0 to '
        "100 and at most 8 decimals, nor a word that begins with a letter and goes on with "
        "letters, digits or any of _-:./",
        at="a:8:22",
        a="""
            type Query {
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @override(from: "b", label: "no spaces")
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
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @override(from: "b", label: "percent(100)")
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
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @override(from: "b", label: "percent(0.5)")
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
              q: Int
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @override(from: "b", label: "my-label:x/y.z")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
