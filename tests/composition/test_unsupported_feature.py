"""UNSUPPORTED_FEATURE: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.UNSUPPORTED_FEATURE,
        'Subgraph "a" is itself a supergraph: it links https://specs.apollo.dev/join/v0.3 '
        'and defines "join__Graph".',
        at="a:2:69, a:5:13",
        a="""
            schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) {
              query: Query
            }
            enum join__Graph {
              A
            }
            type Query {
              q: Int
            }
        """,
    ),
    composes(
        a="""
            schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) {
              query: Query
            }
            type Query {
              q: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
