"""What is derived from plans and never written back: utilisation and forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from subgraphs.systems_of_record.records.common import Money
from subgraphs.systems_of_record.records.erp import PublishedRateCard, RecordState
from subgraphs.systems_of_record.records.psa import Assignment, CapacityLine, Commitment

WORKING_DAYS_PER_WEEK = 5
_CENTI = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class UtilisationFigures:
    """Hours in a range of days; `percent` is booked of available, None where nothing is."""

    available_hours: Decimal
    booked_hours: Decimal
    proposed_hours: Decimal
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class ForecastFigures:
    """Scheduled hours from a month on, priced where the rate card has the role."""

    scheduled_hours: Decimal
    unpriced_hours: Decimal
    value: Money


def utilisation(
    weekly_hours: Decimal, assignments: Iterable[Assignment], start: date, end: date
) -> UtilisationFigures:
    """How much of a person's working time from `start` to `end` (both included) is assigned.

    A week has five working days, Monday to Friday; holidays are not known here. HARD assignments
    are booked, SOFT ones proposed; overlapping ones add up, also beyond 100 %.
    """
    daily = weekly_hours / WORKING_DAYS_PER_WEEK
    available = daily * working_days(start, end)
    hours = {Commitment.HARD: Decimal(0), Commitment.SOFT: Decimal(0)}
    for each in assignments:
        days = working_days(max(start, each.start_date), min(end, each.end_date))
        hours[each.commitment] += daily * days * each.percent / 100
    booked = hours[Commitment.HARD]
    return UtilisationFigures(
        available_hours=available.quantize(_CENTI),
        booked_hours=booked.quantize(_CENTI),
        proposed_hours=hours[Commitment.SOFT].quantize(_CENTI),
        percent=(booked * 100 / available).quantize(_CENTI, ROUND_HALF_EVEN) if available else None,
    )


def working_days(start: date, end: date) -> int:
    """The Mondays to Fridays from `start` to `end`, both included; 0 if `end` is earlier."""
    if end < start:
        return 0
    weeks, rest = divmod((end - start).days + 1, 7)
    tail = (start + timedelta(days=offset) for offset in range(rest))
    return weeks * WORKING_DAYS_PER_WEEK + sum(day.weekday() < 5 for day in tail)


def forecast(
    lines: Iterable[CapacityLine],
    cards: Iterable[PublishedRateCard],
    currency: str,
    start: date,
) -> ForecastFigures:
    """Scheduled × rate: the planned hours of the months from `start`'s month on, at their rates.

    Cards in another currency, or withdrawn, price nothing. Where several cards price a role in a
    month, the one in force last wins.
    """
    usable = [
        card for card in cards if card.currency == currency and card.state is RecordState.ACTIVE
    ]
    usable.sort(key=lambda card: (card.effective_from, card.id))
    scheduled, unpriced, value = Decimal(0), Decimal(0), Money.zero(currency)
    for line in lines:
        if line.month < start.replace(day=1):
            continue
        scheduled += line.hours
        rate = _rates_in(usable, line.month).get(line.role)
        if rate is None:
            unpriced += line.hours
        else:
            value += rate * line.hours
    return ForecastFigures(scheduled, unpriced, value.rounded())


def _rates_in(cards: Iterable[PublishedRateCard], month: date) -> Mapping[str, Money]:
    next_month = (month.replace(day=1) + timedelta(days=31)).replace(day=1)
    rates: dict[str, Money] = {}
    for card in cards:
        begins_in_time = card.effective_from < next_month
        if begins_in_time and (card.effective_to is None or card.effective_to >= month):
            rates.update({each.role: each.rate for each in card.rates})
    return rates
