"""UNKNOWN_LINK_VERSION: A subgraph links a version of the link specification that is not known."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.UNKNOWN_LINK_VERSION,
        "Version v2.0 of the link specification is unknown; known: v1.0 to v1.0.",
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/link/v2.0") @link(url: "https://specs.apollo.dev/federation/v2.3")
            type Query {
              q: Int
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/federation/v2.3")
            type Query {
              q: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
