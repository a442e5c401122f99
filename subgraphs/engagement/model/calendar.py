"""Dates and even divisions: the arithmetic under schedules and plans."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from subgraphs.systems_of_record.records.common import Money, Period

_MONTHS = {Period.MONTHLY: 1, Period.QUARTERLY: 3}


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def months(start: date, end: date) -> tuple[date, ...]:
    """The first days of all months that the term touches; at least one."""
    first = month_of(start)
    count = (end.year - start.year) * 12 + end.month - start.month
    return tuple(_later(first, offset) for offset in range(max(count, 0) + 1))


def billing_days(start: date, end: date, period: Period, *, in_advance: bool) -> tuple[date, ...]:
    """When recurring bills fall due: on the first day of each period, or on the first after it.

    Periods are whole months from the month of `start`; the last may be cut short by `end`.
    """
    step = _MONTHS[period]
    firsts = months(start, end)[::step]
    if in_advance:
        return (max(start, firsts[0]), *firsts[1:])
    return (*firsts[1:], _later(month_of(end), 1))


def divide(total: Money, parts: int) -> tuple[Money, ...]:
    """The total in `parts` (at least one) amounts that sum to it; the last takes the rounding."""
    share = Money(total.amount / parts, total.currency).rounded()
    return (*[share] * (parts - 1), total - share * (parts - 1))


def divide_hours(total: Decimal, parts: int) -> tuple[Decimal, ...]:
    """Hours in `parts` shares of quarter hours that sum to the total."""
    share = (total / parts * 4).to_integral_value() / 4
    return (*[share] * (parts - 1), total - share * (parts - 1))


def _later(first: date, months_on: int) -> date:
    index = first.year * 12 + first.month - 1 + months_on
    return date(index // 12, index % 12 + 1, 1)
