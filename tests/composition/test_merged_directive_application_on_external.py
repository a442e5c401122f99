"""MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL,
        '@tag cannot be applied to the external field "T.f" of subgraph "a".',
        at="a:8:32",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external @tag(name: "x")
              h: Int @requires(fields: "f")
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
        Code.MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL,
        '@deprecated cannot be applied to the external field "T.f" of subgraph "a".',
        at="a:8:32",
        a="""
            type Query {
              t: T
            }
            type T @key(fields: "id") {
              id: ID!
              f: Int @external @deprecated
              h: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @inaccessible
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
              h: Int @requires(fields: "f")
            }
        """,
        b="""
            type T @key(fields: "id") {
              id: ID!
              f: Int @tag(name: "x")
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
