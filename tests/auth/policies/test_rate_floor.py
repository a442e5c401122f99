from __future__ import annotations

from decimal import Decimal

import pytest

from auth.policies.facts import RateOffer
from auth.policies.rate_floor import rate_floor
from tests.auth.policies.cases import case, code

FINE, LOW = "NoObjection RATES_AT_OR_ABOVE_FLOOR", "Deny RATE_BELOW_FLOOR"


@pytest.mark.parametrize(
    ("offered", "approved", "discount", "expected"),
    [
        ("200", "200", "0", FINE),
        ("199.99", "200", "0", LOW),
        ("180", "200", "0.10", FINE),
        ("179.99", "200", "0.10", LOW),
        ("250", "200", "0.10", FINE),
        ("0", "200", "1", FINE),
    ],
)
def test_truth_table(offered, approved, discount, expected):
    offer = RateOffer("consultant", Decimal(offered), Decimal(approved), Decimal(discount))
    assert code(rate_floor(case(rate_offers=(offer,)))) == expected


def test_every_rate_below_its_floor_is_named():
    offers = tuple(
        RateOffer(role, Decimal(offered), Decimal(100), Decimal("0.1"))
        for role, offered in (("analyst", "80"), ("manager", "95"), ("partner", "10"))
    )
    outcome = rate_floor(case(rate_offers=offers))
    assert [reason.facts["role"] for reason in outcome.reasons] == ["analyst", "partner"]


def test_no_rates_is_no_objection():
    assert code(rate_floor(case())) == FINE
