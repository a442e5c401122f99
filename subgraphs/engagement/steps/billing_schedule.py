"""When the contract's value will be billed. The rule by engagement type is `_wanted_lines`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from subgraphs.engagement.model.allotment import Allotment, fitted, moved
from subgraphs.engagement.model.basis import Basis
from subgraphs.engagement.model.calendar import billing_days, divide
from subgraphs.engagement.model.plan import PlanCase, project_id
from subgraphs.engagement.steps.object_step import ObjectStep
from subgraphs.systems_of_record.drafts import BillingScheduleDraft
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.clm import (
    FixedFeeTerms,
    MilestoneTerms,
    RetainerTerms,
)
from subgraphs.systems_of_record.records.common import Money, System
from subgraphs.systems_of_record.records.erp import BillingLineState, BillingScheduleLine

BALANCE = "Balance"
_SETTLED = frozenset({BillingLineState.READY, BillingLineState.INVOICED})


def _wanted(case: PlanCase) -> tuple[BillingScheduleDraft, ...]:
    basis = case.after
    lines = _wanted_lines(basis)
    currency = basis.contract.currency
    return (
        BillingScheduleDraft(
            contract_id=basis.contract.id,
            project_id=project_id(case),
            currency=currency,
            total=Money.total((line.amount for line in lines), currency),
            contract_version=basis.contract.version,
            lines=lines,
        ),
    )


def _wanted_lines(basis: Basis) -> tuple[BillingScheduleLine, ...]:
    """Instalments, triggers, or a line for each period; periods share the total value."""
    contract, terms = basis.contract, basis.terms
    if isinstance(terms, FixedFeeTerms):
        return tuple(
            _line(f"I-{number}", part.due_on, part.amount, part.description)
            for number, part in enumerate(terms.instalments, start=1)
        )
    if isinstance(terms, MilestoneTerms):
        named = {milestone.id: milestone for milestone in basis.live_milestones}
        lines = tuple(
            _line(f"M-{m.id}", m.due_date, trigger.amount, m.name, m.id)
            for trigger in terms.triggers
            for m in [named[trigger.milestone_id]]
        )
        rest = unassigned(basis)
        return (*lines, _line("B-1", contract.end_date, rest, BALANCE)) if rest.amount else lines
    retainer = isinstance(terms, RetainerTerms)
    text = "Retainer" if retainer else "Time and materials"
    term = (contract.start_date, contract.end_date)
    days = billing_days(*term, basis.period, in_advance=retainer)
    amounts = divide(contract.total_value, len(days))
    return tuple(
        _line(f"P-{day.isoformat()}", day, amount, text)
        for day, amount in zip(days, amounts, strict=True)
    )


def unassigned(basis: Basis) -> Money:
    """What the contract is worth beyond its milestones: billed as a balance at the end."""
    terms, value = basis.terms, basis.contract.total_value
    triggers = terms.triggers if isinstance(terms, MilestoneTerms) else ()
    rest = value - Money.total((trigger.amount for trigger in triggers), value.currency)
    return max(rest, Money.zero(value.currency))


def _line(
    line_id: str, due_on: Any, amount: Money, text: str, milestone_id: str | None = None
) -> BillingScheduleLine:
    planned = BillingLineState.PLANNED
    return BillingScheduleLine(line_id, due_on, amount, text, planned, milestone_id)


def _merge(
    held: BillingScheduleDraft,
    before: BillingScheduleDraft,
    after: BillingScheduleDraft,
    record: Any,
) -> BillingScheduleDraft:
    """Lines that are billed, or ready to be, stay; open ones take up the difference."""
    now = _by_slot(line for line in record.lines if line.state is not BillingLineState.CANCELLED)
    old, new = _by_slot(before.lines), _by_slot(after.lines)
    slots = moved(
        {
            slot: Allotment(line.amount, line.state in _SETTLED, line.milestone_id is not None)
            for slot, line in now.items()
        },
        {slot: line.amount for slot, line in old.items()},
        {slot: line.amount for slot, line in new.items()},
    )
    if not any(line.milestone_id for line in after.lines):
        slots = fitted(slots, held.total)
    lines = tuple(
        replace(_newest(slot, now, old, new), amount=allotment.amount)
        for slot, allotment in slots.items()
        if allotment.amount.amount or allotment.settled
    )
    total = Money.total((line.amount for line in lines), held.currency)
    return replace(held, total=total, lines=_distinct(lines))


_Slots = dict[tuple[str, int], BillingScheduleLine]


def _by_slot(lines: Iterable[BillingScheduleLine]) -> _Slots:
    """Lines by what they bill: a milestone, or a day (counted, as two may share a day)."""
    seen: Counter[str] = Counter()
    slots: _Slots = {}
    for line in lines:
        name = line.milestone_id or line.due_on.isoformat()
        slots[name, seen[name]] = line
        seen[name] += 1
    return slots


def _newest(slot: tuple[str, int], now: _Slots, old: _Slots, new: _Slots) -> BillingScheduleLine:
    """The held line, with the date and text that the amendment gives an open one."""
    if slot not in now:
        return new[slot]
    line = now[slot]
    if line.state in _SETTLED or slot not in old or slot not in new:
        return line
    return replace(
        line,
        due_on=new[slot].due_on if old[slot].due_on != new[slot].due_on else line.due_on,
        description=new[slot].description
        if old[slot].description != new[slot].description
        else line.description,
    )


def _distinct(lines: tuple[BillingScheduleLine, ...]) -> tuple[BillingScheduleLine, ...]:
    """Line ids made unique: a line that comes must not take the id of one that stays."""
    used: set[str] = set()
    result = []
    for line in lines:
        line_id, number = line.line_id, 2
        while line_id in used:
            line_id, number = f"{line.line_id}-{number}", number + 1
        used.add(line_id)
        result.append(replace(line, line_id=line_id))
    return tuple(result)


async def _put(
    systems: Systems, draft: BillingScheduleDraft, *, key: str, expected_version: str | None
) -> erp.BillingSchedule:
    return await systems.erp.put_billing_schedule(draft, key=key, expected_version=expected_version)


async def _cancel(
    systems: Systems, draft: BillingScheduleDraft, key: str
) -> erp.BillingSchedule | None:
    return await systems.erp.cancel_billing_schedule(draft.contract_id, key=key)


BILLING_SCHEDULE = ObjectStep(
    name="billing-schedule",
    system=System.ERP,
    object_type="BillingSchedule",
    draft_type=BillingScheduleDraft,
    external_key=lambda draft: draft.contract_id,
    wanted=_wanted,
    held=lambda landscape, _: landscape.billing_schedule,
    put=_put,
    cancel=_cancel,
    merge=_merge,
)
