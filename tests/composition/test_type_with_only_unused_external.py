"""TYPE_WITH_ONLY_UNUSED_EXTERNAL: All fields of a type are `@external` and unused."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, Federation1, check, composes, raises

CASES = (
    raises(
        Code.TYPE_WITH_ONLY_UNUSED_EXTERNAL,
        'The type "T" of subgraph "a" has only @external fields, none of which is used.',
        at="a:5:13",
        a=Federation1("""
            type Query {
              t: T
            }
            type T {
              f: Int @external
            }
        """),
        b=Federation1("""
            type T {
              f: Int
            }
        """),
    ),
    composes(
        a=Federation1("""
            type Query {
              q: Int
            }
            type T {
              f: Int @external
            }
        """),
        b=Federation1("""
            type T {
              f: Int
            }
        """),
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
