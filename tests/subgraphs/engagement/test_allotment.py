"""Amounts in slots: sums are exact, and what is settled stays."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.engagement.model.allotment import Allotment, OverspentError, fitted, moved
from subgraphs.systems_of_record.records.common import Money

AMOUNTS = st.decimals(0, 10**7, places=2).map(lambda amount: Money(amount, "EUR"))
SLOTS = st.dictionaries(st.integers(0, 12), st.builds(Allotment, AMOUNTS, st.booleans()))


def eur(amount: int | str) -> Money:
    return Money(Decimal(amount), "EUR")


def total(slots) -> Money:
    return Money.total((slot.amount for slot in slots.values()), "EUR")


@given(SLOTS, AMOUNTS)
def test_slots_sum_to_the_total_and_settled_ones_stay_or_it_is_refused(slots, wanted):
    settled = {key: slot for key, slot in slots.items() if slot.settled}
    try:
        result = fitted(slots, wanted)
    except OverspentError:
        nothing_open = len(settled) == len(slots)
        assert total(settled) > wanted or (nothing_open and total(settled) != wanted)
    else:
        assert total(result) == wanted
        assert {key: slot for key, slot in result.items() if slot.settled} == settled
        assert list(result) == list(slots)
        assert all(slot.amount >= eur(0) for slot in result.values())


@given(SLOTS, st.dictionaries(st.integers(0, 12), AMOUNTS))
def test_a_contract_that_changes_nothing_moves_nothing(slots, contract):
    assert moved(slots, contract, contract) == slots


def test_slots_follow_the_contract_and_keep_corrections():
    held = {
        "past": Allotment(eur(100), settled=True),
        "corrected": Allotment(eur(130)),
        "dropped": Allotment(eur(100)),
        "added by hand": Allotment(eur(7)),
    }
    before = {name: eur(100) for name in ("past", "corrected", "dropped", "removed by hand")}
    after = {**before, "past": eur(50), "corrected": eur(150), "new": eur(80)}
    del after["dropped"]
    assert moved(held, before, after) == {
        "past": Allotment(eur(100), settled=True),
        "corrected": Allotment(eur(180)),
        "added by hand": Allotment(eur(7)),
        "new": Allotment(eur(80)),
    }


def test_milestones_are_left_alone_when_a_total_is_met():
    slots = {"milestone": Allotment(eur(60), fixed=True), "rest": Allotment(eur(40))}
    assert fitted(slots, eur(75))["rest"].amount == eur(15)
    with pytest.raises(OverspentError):
        fitted(slots, eur(50))
