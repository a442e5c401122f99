"""TYPE_DEFINITION_INVALID: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.TYPE_DEFINITION_INVALID,
        'Subgraph "a" defines "FieldSet" as type, but its specification makes it a scalar.',
        at="a:6:13",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "FieldSet"])
            type Query {
              q: Int
            }
            type FieldSet {
              a: Int
            }
        """,
    ),
    raises(
        Code.TYPE_DEFINITION_INVALID,
        'Subgraph "a" defines "federation__FieldSet" as enum, but its specification makes it '
        "a scalar.",
        at="a:6:13",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
            type Query {
              q: Int
            }
            enum federation__FieldSet {
              A
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "FieldSet"])
            type Query {
              q: Int
            }
            scalar FieldSet
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
