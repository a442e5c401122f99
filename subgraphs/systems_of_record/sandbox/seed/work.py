"""Teams and the time that they booked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from subgraphs.systems_of_record.records.clm import RateCard
from subgraphs.systems_of_record.records.common import EngagementType, Money
from subgraphs.systems_of_record.records.psa import EntryState, Resource, TimesheetEntry
from subgraphs.systems_of_record.sandbox.seed.contracts import Term
from subgraphs.systems_of_record.sandbox.seed.firm import NO_SOURCE, ROLES, in_currency
from subgraphs.systems_of_record.sandbox.seed.outline import Outline

_HOURS = tuple(Decimal(hours) for hours in ("8", "7.5", "6", "8", "4", "7.25"))
_NOTES = (
    "Workshop with the business", "Interface design", "Implementation", "Review and tests",
    "Data preparation", "Steering committee", "Defect fixing", "Documentation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """What was done under a contract: by whom, and when."""

    team: tuple[Resource, ...]
    entries: tuple[TimesheetEntry, ...]

    def value(self, currency: str) -> Money:
        """All hours but the rejected ones at the rates of the card."""
        parts = (e.bill_rate * e.hours for e in self.entries if e.state is not EntryState.REJECTED)
        return Money.total(parts, currency)

    def cost(self, currency: str) -> Money:
        """What those hours cost the firm."""
        parts = (e.cost_rate * e.hours for e in self.entries if e.state is not EntryState.REJECTED)
        return Money.total(parts, currency)


def team_of(outline: Outline, people: Sequence[Resource]) -> tuple[Resource, ...]:
    """Four people of the contract's region."""
    mine = [p for p in people if p.region == outline.region and p.active]
    first = outline.number * 3 % len(mine)
    return tuple(mine[(first + step) % len(mine)] for step in range(4))


def work_of(
    outline: Outline,
    term: Term,
    card: RateCard,
    people: Sequence[Resource],
    first_entry: int,
    count: int,
    today: date,
    rng: random.Random,
) -> Work:
    """`count` timesheet entries, spread over the days from the start until work stopped."""
    team = team_of(outline, people)
    assert term.worked_until is not None  # noqa: S101 - only provisioned contracts come here
    days = _working_days(term.start, max(term.worked_until, term.start + timedelta(days=3)))
    rates = {rate.role: rate.rate for rate in card.rates}
    costs = {role: in_currency(cost, outline.currency) for role, (_, cost) in ROLES.items()}
    billable = outline.engagement_type is EngagementType.TIME_AND_MATERIALS
    template = TimesheetEntry(
        id="",
        resource_id="",
        contract_id=outline.id,
        delivery_project_id=f"DLV-{outline.number:06d}",
        task_id=None,
        role="",
        worked_on=term.start,
        hours=Decimal(8),
        billable=billable,
        state=EntryState.APPROVED,
        bill_rate=Money.zero(outline.currency),
        cost_rate=Money.zero(outline.currency),
        note="",
        approved_by=None,
        invoice_id=None,
        source=NO_SOURCE,
    )
    entries = []
    for index in range(count):
        person, day = team[index % 4], days[index * len(days) // count]
        state = _state(day, today, rng)
        entries.append(
            replace(
                template,
                id=f"TIM-{first_entry + index:06d}",
                resource_id=person.id,
                task_id=f"TSK-{outline.number * 6 - 5 + index * 6 // count:06d}",
                role=person.role,
                worked_on=day,
                hours=_HOURS[(index + outline.number) % len(_HOURS)],
                billable=billable and index % 13 != 12,
                state=state,
                bill_rate=rates[person.role],
                cost_rate=costs[person.role],
                note=_NOTES[index % len(_NOTES)],
                approved_by=_approver(state, outline),
            )
        )
    return Work(team, tuple(entries))


def _state(day: date, today: date, rng: random.Random) -> EntryState:
    chance = rng.random()
    if chance < 0.02:
        return EntryState.REJECTED
    age = (today - day).days
    if age <= 3 and chance < 0.3:
        return EntryState.DRAFT
    return EntryState.SUBMITTED if age <= 12 else EntryState.APPROVED


def _approver(state: EntryState, outline: Outline) -> str | None:
    approved = state in (EntryState.APPROVED, EntryState.REJECTED)
    return f"user-approver-{outline.region.lower()}" if approved else None


def _working_days(start: date, end: date) -> list[date]:
    days = (start + timedelta(days=offset) for offset in range((end - start).days + 1))
    return [day for day in days if day.weekday() < 5]
