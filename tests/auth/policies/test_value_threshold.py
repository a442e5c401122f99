from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.decision import NeedsApproval, NoObjection
from auth.policies.facts import MissingFactError
from auth.policies.value_threshold import value_threshold
from auth.policies.vocabulary import Action
from tests.auth.policies.cases import approved, case, change, code

BELOW = "NoObjection BELOW_THRESHOLD"
FINANCE = "NeedsApproval ABOVE_THRESHOLD by finance_approver"
BOTH = "NeedsApproval ABOVE_THRESHOLD by executive,finance_approver"


@pytest.mark.parametrize(
    ("base", "delta", "rate", "expected"),
    [
        ("10000000", "250000", "1", BELOW),
        ("10000000", "250000.01", "1", FINANCE),
        ("10000000", "1000000", "1", FINANCE),
        ("10000000", "1000000.01", "1", BOTH),
        ("100000", "20000", "1", BELOW),
        ("100000", "20000.01", "1", FINANCE),
        ("0", "1", "1", FINANCE),
        ("10000000", "-5000000", "1", BELOW),
        ("10000000", "0", "1", BELOW),
        # 300,000 of a currency at 0.8 is 240,000 of the group's; at 0.84 it is 252,000.
        ("10000000", "300000", "0.8", BELOW),
        ("10000000", "300000", "0.84", FINANCE),
        ("900000000", "160000000", "0.0062", FINANCE),
        ("900000000", "170000000", "0.0062", BOTH),
    ],
)
def test_truth_table(base, delta, rate, expected):
    asked = case(action=Action.APPLY_AMENDMENT, value_change=change(delta, base=base, rate=rate))
    assert code(value_threshold(asked)) == expected


@pytest.mark.parametrize(
    ("given_approvals", "expected"),
    [
        ((), BOTH),
        (("finance_approver=fritz",), "NeedsApproval ABOVE_THRESHOLD by executive"),
        (("executive=eva",), FINANCE),
        (("finance_approver=fritz", "executive=eva"), "NoObjection THRESHOLD_APPROVED"),
        # Approvals by the requester (lena) and the author (anna) never count.
        (("finance_approver=lena", "executive=anna"), BOTH),
        (("delivery_lead=fritz",), BOTH),
    ],
)
def test_approvals(given_approvals, expected):
    asked = case(
        action=Action.APPLY_AMENDMENT,
        value_change=change("2000000"),
        approvals=approved(*given_approvals),
    )
    assert code(value_threshold(asked)) == expected


def test_an_unknown_change_cannot_be_decided():
    with pytest.raises(MissingFactError):
        value_threshold(case(action=Action.APPLY_AMENDMENT))


@given(
    base=st.decimals(0, 10**9, places=2),
    delta=st.decimals(-(10**9), 10**9, places=2),
    rate=st.decimals("0.0001", 100, places=4),
)
def test_more_value_never_needs_fewer_approvers(base: Decimal, delta: Decimal, rate: Decimal):
    smaller, larger = (
        value_threshold(case(value_change=change(str(amount), base=str(base), rate=str(rate))))
        for amount in (delta, delta + 1)
    )
    if isinstance(larger, NoObjection):
        assert isinstance(smaller, NoObjection)
    elif isinstance(smaller, NeedsApproval):
        assert isinstance(larger, NeedsApproval)
        assert smaller.by <= larger.by
