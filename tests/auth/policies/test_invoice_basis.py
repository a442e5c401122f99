from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from auth.policies.facts import BillingBasis, MissingFactError
from auth.policies.invoice_basis import invoice_basis
from auth.policies.vocabulary import Action
from tests.auth.policies.cases import FINANCE, case

END = date(2026, 6, 30)


def basis(day: date = END, accepted: bool | None = None, amount: str = "10", cap: str = ""):
    limit = Decimal(cap) if cap else None
    return BillingBasis(day, END, Decimal(amount), Decimal(90), limit, accepted)


@pytest.mark.parametrize(
    ("billing", "expected"),
    [
        (basis(), ["INVOICE_HAS_BASIS"]),
        (basis(accepted=True), ["INVOICE_HAS_BASIS"]),
        (basis(accepted=False), ["MILESTONE_NOT_ACCEPTED"]),
        (basis(date(2026, 7, 1)), ["CONTRACT_EXPIRED"]),
        (basis(cap="100"), ["INVOICE_HAS_BASIS"]),
        (basis(cap="100", amount="10.01"), ["BEYOND_CAP"]),
        (
            basis(date(2026, 7, 1), accepted=False, cap="99"),
            ["MILESTONE_NOT_ACCEPTED", "CONTRACT_EXPIRED", "BEYOND_CAP"],
        ),
    ],
)
def test_truth_table(billing, expected):
    outcome = invoice_basis(case(FINANCE, Action.ISSUE_INVOICE, billing=billing))
    assert [reason.code for reason in outcome.reasons] == expected


def test_an_unknown_basis_cannot_be_decided():
    with pytest.raises(MissingFactError):
        invoice_basis(case(FINANCE, Action.ISSUE_INVOICE))
