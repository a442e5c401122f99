"""What an engagement earns."""

from __future__ import annotations

from decimal import Decimal

import pytest

from subgraphs.project.margin import margin
from subgraphs.systems_of_record.records.common import CurrencyMismatchError, Money


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def test_planned_and_to_date() -> None:
    figures = margin(eur("1000"), eur("600"), eur("300"), eur("210.005"))
    assert figures.planned == eur("400.00")
    assert figures.planned_percent == Decimal("40.00")
    assert figures.to_date == eur("90.00")  # half to even
    assert figures.to_date_percent == Decimal("30.00")


def test_without_revenue_there_is_no_percentage_and_losses_are_negative() -> None:
    figures = margin(eur("0"), eur("10"), eur("0"), eur("5"))
    assert figures.planned == eur("-10.00")
    assert (figures.planned_percent, figures.to_date_percent) == (None, None)
    assert margin(eur("100"), eur("150"), eur("50"), eur("75")).planned_percent == Decimal("-50.00")


def test_currencies_are_never_mixed() -> None:
    with pytest.raises(CurrencyMismatchError):
        margin(eur("1"), Money.of(1, "USD"), eur("1"), eur("1"))
