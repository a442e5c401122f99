from __future__ import annotations

import pytest

from auth.policies.credit_hold import credit_hold
from auth.policies.facts import CustomerStanding, MissingFactError
from tests.auth.policies.cases import case, change, code


@pytest.mark.parametrize(
    ("on_hold", "delta", "expected"),
    [
        (False, None, "NoObjection CREDIT_GOOD"),
        (False, "10", "NoObjection CREDIT_GOOD"),
        (True, None, "Deny CREDIT_HOLD"),
        (True, "0.01", "Deny CREDIT_HOLD"),
        (True, "0", "NoObjection CREDIT_HOLD_NO_GROWTH"),
        (True, "-5", "NoObjection CREDIT_HOLD_NO_GROWTH"),
    ],
)
def test_truth_table(on_hold, delta, expected):
    value_change = change(delta) if delta is not None else None
    standing = CustomerStanding("C-1", on_hold)
    asked = case(customer=standing, value_change=value_change)
    assert code(credit_hold(asked)) == expected


def test_unknown_credit_cannot_be_decided():
    with pytest.raises(MissingFactError):
        credit_hold(case(customer=None))
