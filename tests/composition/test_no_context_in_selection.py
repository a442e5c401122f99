"""NO_CONTEXT_IN_SELECTION: A `@fromContext` names no context."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises, run

CASES = (
    raises(
        Code.NO_CONTEXT_IN_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" has to name a context and select from it, '
        'but it says "{ p }".',
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
              f(x: String @fromContext(field: "{ p }")): Int
            }
        """,
    ),
    raises(
        Code.NO_CONTEXT_IN_SELECTION,
        '@fromContext on "U.f(x:)" in subgraph "a" has to name a context and select from it, '
        'but it says "$".',
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
              f(x: String @fromContext(field: "$")): Int
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


def test_the_key_that_the_type_lacks_as_well_is_not_told_yet() -> None:
    case = composes(a='type Query { x(a: Int @fromContext(field: "{ id }")): Int }')
    assert [problem.code for problem in run(case).errors] == [Code.NO_CONTEXT_IN_SELECTION]
