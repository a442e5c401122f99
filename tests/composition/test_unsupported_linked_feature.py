"""UNSUPPORTED_LINKED_FEATURE: A link uses an option that its specification does not have."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, Federation1, check, composes, raises

CASES = (
    raises(
        Code.UNSUPPORTED_LINKED_FEATURE,
        'Subgraph "a" links https://specs.apollo.dev/tag/v0.1 with the purpose SECURITY, but '
        'core v0.1 has no argument "for".',
        at="a:2:73, a:2:20",
        a=Federation1("""
            schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/tag/v0.1", for: SECURITY) {
              query: Query
            }
            type Query {
              q: Int
            }
        """),
    ),
    composes(
        a=Federation1("""
            schema @core(feature: "https://specs.apollo.dev/core/v0.2") @core(feature: "https://specs.apollo.dev/tag/v0.1", for: SECURITY) {
              query: Query
            }
            type Query {
              q: Int
            }
        """),
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
