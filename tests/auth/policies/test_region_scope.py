from __future__ import annotations

from dataclasses import replace

import pytest

from auth.policies.facts import MissingFactError
from auth.policies.region_scope import region_scope
from tests.auth.policies.cases import LEAD, case, code

NOWHERE = replace(LEAD, regions=frozenset())
EVERYWHERE = replace(NOWHERE, all_regions=True)


@pytest.mark.parametrize(
    ("caller", "region", "expected"),
    [
        (LEAD, "EMEA", "NoObjection REGION_IN_SCOPE"),
        (LEAD, "AMER", "Deny REGION_OUT_OF_SCOPE"),
        (NOWHERE, "EMEA", "Deny REGION_OUT_OF_SCOPE"),
        (EVERYWHERE, "AMER", "NoObjection REGION_IN_SCOPE"),
        (LEAD, "", "Deny REGION_OUT_OF_SCOPE"),
        (LEAD, "emea", "Deny REGION_OUT_OF_SCOPE"),
    ],
)
def test_truth_table(caller, region, expected):
    assert code(region_scope(case(caller, region=region))) == expected


def test_an_unknown_region_cannot_be_decided():
    with pytest.raises(MissingFactError, match="region"):
        region_scope(case(region=None))
