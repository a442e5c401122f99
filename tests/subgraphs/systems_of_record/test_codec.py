"""Records survive the journey over the wire exactly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subgraphs.systems_of_record.codec import (
    Codec,
    MalformedDocumentError,
    camel_case,
    format_instant,
    parse_instant,
    pascal_case,
    snake_case,
)
from subgraphs.systems_of_record.records.clm import (
    Amendment,
    Contract,
    Delta,
    MilestoneTerms,
    RateDelta,
    TermDelta,
    ValueDelta,
)
from subgraphs.systems_of_record.records.common import CurrencyMismatchError, Money, Source, System
from subgraphs.systems_of_record.records.erp import Invoice, RevenueSchedule
from subgraphs.systems_of_record.records.psa import DeliveryProject, Resource

SOURCE = Source(
    System.CLM, "X-1", "7", datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
)
RECORDS = (Contract, Amendment, Invoice, RevenueSchedule, DeliveryProject, Resource)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)

st.register_type_strategy(Source, st.just(SOURCE))
st.register_type_strategy(Decimal, decimals)
st.register_type_strategy(
    datetime, st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
)


@pytest.mark.parametrize("naming", [pascal_case, snake_case])
@pytest.mark.parametrize("cls", RECORDS)
@settings(
    max_examples=8, deadline=None
)  # the records are large, and many more are read by the other tests
@given(data=st.data())
def test_what_is_written_is_read(cls: Any, naming: Any, data: st.DataObject) -> None:
    record = data.draw(st.from_type(cls))
    codec = Codec(naming)
    document = json.loads(json.dumps(codec.encode(record)))
    assert codec.decode(cls, document, SOURCE) == record


def test_the_wire_is_as_the_system_names_things() -> None:
    delta: Delta = ValueDelta(Money.of("10.50", "EUR"))
    assert Codec(pascal_case).encode(delta) == {
        "type": "ValueDelta",
        "Change": {"Amount": "10.50", "Currency": "EUR"},
    }
    assert Codec(camel_case).encode(TermDelta(date(2026, 5, 1))) == {
        "type": "termDelta",
        "newEndDate": "2026-05-01",
    }


@dataclass(frozen=True)
class Sample:
    amount: Money
    count: int
    flag: bool
    day: date | None
    terms: MilestoneTerms | None


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"amount": "ten", "currency": "EUR"}},
        {"amount": {"amount": "NaN", "currency": "EUR"}},
        {"amount": {"amount": "-Infinity", "currency": "EUR"}},
        {"amount": {"amount": 0.1, "currency": "EUR"}},
        {"amount": {"amount": True, "currency": "EUR"}},
        {"amount": "10"},
        {"amount": None},
        {"count": "3"},
        {"count": True},
        {"flag": 1},
        {"day": "2026-13-01"},
        {"day": 5},
        {"terms": []},
        {"terms": {"triggers": [None]}},
    ],
)
def test_another_shape_is_malformed(change: dict[str, Any]) -> None:
    codec = Codec(snake_case)
    whole = {
        "amount": {"amount": "10", "currency": "EUR"},
        "count": 3,
        "flag": True,
        "day": None,
        "terms": None,
    }
    assert codec.decode(Sample, whole).amount == Money.of(10, "EUR")
    with pytest.raises(MalformedDocumentError):
        codec.decode(Sample, whole | change)
    for name in whole:
        with pytest.raises(MalformedDocumentError):
            codec.decode(Sample, {key: value for key, value in whole.items() if key != name})


def test_a_delta_of_no_known_kind_is_malformed() -> None:
    codec = Codec(camel_case)
    with pytest.raises(MalformedDocumentError):
        codec.decode(RateDelta, {"type": "rateDelta"})


@settings(deadline=None)
@given(st.lists(st.datetimes(timezones=st.just(UTC), min_value=datetime(1000, 1, 1)), max_size=5))
def test_instants_sort_as_text(instants: list[datetime]) -> None:
    texts = [format_instant(instant) for instant in instants]
    assert [parse_instant(text) for text in texts] == instants
    assert sorted(texts) == [format_instant(instant) for instant in sorted(instants)]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        parse_instant("2026-01-01T00:00:00")


def test_money_refuses_to_mix_currencies() -> None:
    euro, dollar = Money.of("1.10", "EUR"), Money.of(2, "USD")
    assert euro + euro == Money.of("2.20", "EUR")
    assert (euro * Decimal("1.005")).rounded() == Money.of("1.11", "EUR")
    assert Money.of("10.5", "JPY").rounded() == Money.of("10", "JPY")
    for combine in (lambda: euro + dollar, lambda: euro - dollar, lambda: euro < dollar):
        with pytest.raises(CurrencyMismatchError):
            combine()
