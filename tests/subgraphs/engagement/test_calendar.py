from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.engagement.model.calendar import billing_days, divide, divide_hours, months
from subgraphs.systems_of_record.records.common import Money, Period

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(st.decimals(0, 10**9, places=2), st.integers(1, 60), st.sampled_from(["EUR", "JPY"]))
def test_a_division_loses_nothing(amount: Decimal, parts: int, currency: str):
    total = Money(amount, currency)
    shares = divide(total, parts)
    assert len(shares) == parts
    assert Money.total(shares, currency) == total
    assert all(share == share.rounded() for share in shares[:-1])


@given(st.decimals(0, 10**6, places=2), st.integers(1, 60))
def test_hours_are_divided_into_quarters(hours: Decimal, parts: int):
    shares = divide_hours(hours, parts)
    assert sum(shares) == hours
    assert all(share * 4 % 1 == 0 for share in shares[:-1])


@given(DAYS, st.integers(0, 1500))
def test_months_cover_the_term_without_a_gap(start: date, length: int):
    end = start + timedelta(days=length)
    found = months(start, end)
    assert (found[0], found[-1]) == (start.replace(day=1), end.replace(day=1))
    assert all(25 < (later - sooner).days < 32 for sooner, later in pairwise(found))


@pytest.mark.parametrize(
    ("period", "in_advance", "expected"),
    [
        (Period.MONTHLY, False, ["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"]),
        (Period.MONTHLY, True, ["2026-01-15", "2026-02-01", "2026-03-01", "2026-04-01"]),
        (Period.QUARTERLY, False, ["2026-04-01", "2026-05-01"]),
        (Period.QUARTERLY, True, ["2026-01-15", "2026-04-01"]),
    ],
)
def test_billing_days(period: Period, in_advance: bool, expected: list[str]):
    term = (date(2026, 1, 15), date(2026, 4, 30))
    days = billing_days(*term, period, in_advance=in_advance)
    assert [day.isoformat() for day in days] == expected
