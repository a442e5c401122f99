"""UNKNOWN_FEDERATION_LINK_VERSION: what raises it and what just does not."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from tests.composition.harness import Case, check, composes, raises

CASES = (
    raises(
        Code.UNKNOWN_FEDERATION_LINK_VERSION,
        "Version v2.99 of the federation specification is unknown; known: v2.0 to v2.14.",
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.99")
            type Query {
              q: Int
            }
        """,
    ),
    raises(
        Code.UNKNOWN_FEDERATION_LINK_VERSION,
        "Version v3.0 of the federation specification is unknown; known: v2.0 to v2.14.",
        at="a:2:27",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v3.0")
            type Query {
              q: Int
            }
        """,
    ),
    composes(
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.12")
            type Query {
              q: Int
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
