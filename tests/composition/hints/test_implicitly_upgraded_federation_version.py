"""IMPLICITLY_UPGRADED_FEDERATION_VERSION.

A subgraph was read at a later federation version than it links.
"""

from __future__ import annotations

import pytest

from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

CASES = (
    hints(
        HintCode.IMPLICITLY_UPGRADED_FEDERATION_VERSION,
        'Subgraph "a" links federation v2.0, but is read as v2.9, as it links https://specs.apollo.dev/cost/v0.1.',
        at="a:2:82",
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.0") @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost"])
            type Query {
              q: Int @cost(weight: 3)
            }
        """,
    ),
    gives_none(
        HintCode.IMPLICITLY_UPGRADED_FEDERATION_VERSION,
        a="""
            extend schema @link(url: "https://specs.apollo.dev/federation/v2.9") @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost"])
            type Query {
              q: Int @cost(weight: 3)
            }
        """,
    ),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
