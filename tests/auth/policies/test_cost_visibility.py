from __future__ import annotations

import pytest

from auth.policies.cost_visibility import cost_visibility
from auth.policies.vocabulary import Action
from tests.auth.policies.cases import EXECUTIVE, FINANCE, LEAD, OPERATIONS, case, code


@pytest.mark.parametrize(
    ("caller", "lead", "expected"),
    [
        (FINANCE, None, "NoObjection FINANCE_SEES_COST"),
        (EXECUTIVE, "lena", "NoObjection FINANCE_SEES_COST"),
        (LEAD, "lena", "NoObjection LEAD_SEES_COST"),
        (LEAD, "lisa", "Deny COST_HIDDEN"),
        (LEAD, None, "Deny COST_HIDDEN"),
        (OPERATIONS, "lena", "Deny COST_HIDDEN"),
    ],
)
def test_truth_table(caller, lead, expected):
    asked = case(caller, Action.READ_COST, engagement_lead=lead)
    assert code(cost_visibility(asked)) == expected
