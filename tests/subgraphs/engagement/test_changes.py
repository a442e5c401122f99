from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from subgraphs.engagement.model.changes import FieldChange, field_changes
from subgraphs.systems_of_record.drafts import BillingScheduleDraft, CapacityPlanDraft
from subgraphs.systems_of_record.records.common import Money
from subgraphs.systems_of_record.records.erp import BillingLineState, BillingScheduleLine
from subgraphs.systems_of_record.records.psa import CapacityLine


def line(line_id: str, amount: str) -> BillingScheduleLine:
    money = Money(Decimal(amount), "EUR")
    return BillingScheduleLine(line_id, date(2026, 1, 1), money, "x", BillingLineState.PLANNED)


def schedule(*lines: BillingScheduleLine) -> BillingScheduleDraft:
    total = Money.total((each.amount for each in lines), "EUR")
    return BillingScheduleDraft("C", "P", "EUR", total, 1, lines)


def test_nothing_differs_from_itself_however_it_is_written():
    assert field_changes(schedule(line("a", "10.0")), schedule(line("a", "10.00"))) == ()


def test_elements_are_told_apart_by_what_identifies_them_and_not_by_their_place():
    before = schedule(line("a", "1"), line("b", "2"))
    after = schedule(line("b", "2"), line("c", "3"))
    changes = {change.path: (change.old, change.new) for change in field_changes(before, after)}
    assert changes["total"] == ("3 EUR", "5 EUR")
    assert changes["lines[a].amount"] == ("1 EUR", None)
    assert changes["lines[c].amount"] == (None, "3 EUR")
    assert not any(path.startswith("lines[b]") for path in changes)


def test_hours_are_named_by_role_and_month():
    cell = CapacityLine("Analyst", date(2026, 2, 1), Decimal(8))
    before = CapacityPlanDraft("C", "D", 1, (cell,))
    after = replace(before, lines=(replace(cell, hours=Decimal("10.5")),))
    assert field_changes(before, after) == (
        FieldChange("lines[Analyst 2026-02-01].hours", "8", "10.5"),
    )


def test_a_creation_has_no_old_values_and_a_cancellation_no_new_ones():
    made = field_changes(None, schedule(line("a", "1")))
    gone = field_changes(schedule(line("a", "1")), None)
    assert {change.old for change in made} == {change.new for change in gone} == {None}
    assert [c.path for c in made] == [c.path for c in gone]
