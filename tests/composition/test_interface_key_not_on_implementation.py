"""INTERFACE_KEY_NOT_ON_IMPLEMENTATION: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.INTERFACE_KEY_NOT_ON_IMPLEMENTATION,
        '@key(fields: "id") on "I" in subgraph "a" demands the same key of all '
        'implementations, but "A" lacks that key.',
        at="a:6:25, a:9:13",
        a="""
            type Query {
              q: Int
            }
            interface I @key(fields: "id") {
              id: ID!
            }
            type A implements I {
              id: ID!
            }
        """,
    ),
    raises(
        Code.INTERFACE_KEY_NOT_ON_IMPLEMENTATION,
        '@key(fields: "id") on "I" in subgraph "a" demands the same key of all '
        'implementations, but "A" has it only with resolvable: false.',
        at="a:6:25, a:9:13",
        a="""
            type Query {
              q: Int
            }
            interface I @key(fields: "id") {
              id: ID!
            }
            type A implements I @key(fields: "id", resolvable: false) {
              id: ID!
            }
        """,
    ),
    composes(
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
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
