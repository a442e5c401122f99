"""Utilisation and forecast: pure arithmetic over plans."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from subgraphs.staffing.figures import forecast, utilisation, working_days
from subgraphs.systems_of_record.records.common import Money, Source, System
from subgraphs.systems_of_record.records.erp import PublishedRate, PublishedRateCard, RecordState
from subgraphs.systems_of_record.records.psa import Assignment, CapacityLine, Commitment

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = Source(System.PSA, "x", "1", NOW, NOW)
MONDAY = date(2026, 1, 5)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


def assigned(percent: str, start: date, end: date, hard: bool = True) -> Assignment:
    commitment = Commitment.HARD if hard else Commitment.SOFT
    return Assignment(
        "a", "r", "c", "p", "Consultant", Decimal(percent), commitment, start, end, SOURCE
    )


def card(
    rates: dict[str, str],
    start: date,
    end: date | None = None,
    currency: str = "EUR",
    state: RecordState = RecordState.ACTIVE,
) -> PublishedRateCard:
    published = tuple(PublishedRate(role, Money.of(rate, currency)) for role, rate in rates.items())
    return PublishedRateCard(
        f"card-{start}", "c", "rc", "1", "EMEA", currency, state, start, end, published, SOURCE
    )


@given(DAYS, DAYS)
def test_working_days_are_the_mondays_to_fridays(start: date, end: date) -> None:
    days = (start + timedelta(days=offset) for offset in range(max(0, (end - start).days + 1)))
    assert working_days(start, end) == sum(day.weekday() < 5 for day in days)


def test_utilisation_counts_what_overlaps_the_range() -> None:
    friday = MONDAY + timedelta(days=4)
    figures = utilisation(
        Decimal(40),
        [
            assigned("50", MONDAY - timedelta(days=30), friday + timedelta(days=30)),
            assigned("100", friday, friday + timedelta(days=7)),
            assigned("25", MONDAY, MONDAY, hard=False),
            assigned("100", friday + timedelta(days=3), friday + timedelta(days=9)),
        ],
        MONDAY,
        friday,
    )
    assert figures.available_hours == Decimal("40.00")
    assert figures.booked_hours == Decimal("28.00")
    assert figures.proposed_hours == Decimal("2.00")
    assert figures.percent == Decimal("70.00")


def test_nothing_available_has_no_percentage() -> None:
    saturday = MONDAY + timedelta(days=5)
    assert utilisation(Decimal(40), [], saturday, saturday).percent is None
    assert utilisation(Decimal(0), [], MONDAY, MONDAY).percent is None


def test_forecast_prices_the_months_from_the_start_on() -> None:
    lines = [
        CapacityLine("Consultant", date(2025, 12, 1), Decimal(100)),
        CapacityLine("Consultant", date(2026, 1, 1), Decimal(10)),
        CapacityLine("Consultant", date(2026, 2, 1), Decimal(10)),
        CapacityLine("Astronaut", date(2026, 2, 1), Decimal(5)),
    ]
    cards = [
        card({"Consultant": "100.50"}, date(2025, 1, 1)),
        card({"Consultant": "120"}, date(2026, 2, 15)),
        card({"Consultant": "1"}, date(2024, 1, 1), date(2025, 12, 31)),
        card({"Consultant": "9"}, date(2026, 2, 16), currency="USD"),
        card({"Astronaut": "9"}, date(2026, 1, 1), state=RecordState.CANCELLED),
    ]
    figures = forecast(lines, cards, "EUR", date(2026, 1, 20))
    assert figures.scheduled_hours == Decimal(25)
    assert figures.unpriced_hours == Decimal(5)
    assert figures.value == Money.of("2205.00", "EUR")
