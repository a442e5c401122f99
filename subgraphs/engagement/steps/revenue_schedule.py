"""How the contract's value becomes revenue (ASC 606-10-25-31, IFRS 15.39).

Milestone billing promises distinct deliverables, each earned at the point in time of its
acceptance. Otherwise there is one promise: hours are earned by input, a fee or a retainer evenly
over the term. An amendment is accounted for prospectively (ASC 606-10-25-13a): what is recognised
stays, the remainder is spread over what is still to come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from subgraphs.engagement.model.allotment import Allotment, fitted, moved
from subgraphs.engagement.model.basis import Basis
from subgraphs.engagement.model.calendar import divide, month_of, months
from subgraphs.engagement.model.plan import PlanCase, project_id
from subgraphs.engagement.steps.billing_schedule import BALANCE, unassigned
from subgraphs.engagement.steps.object_step import ObjectStep
from subgraphs.systems_of_record.drafts import RevenueScheduleDraft
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.clm import MilestoneTerms, TimeAndMaterialsTerms
from subgraphs.systems_of_record.records.common import Money, System
from subgraphs.systems_of_record.records.erp import (
    PerformanceObligation,
    RecognitionMethod,
    RevenueLine,
)


def _wanted(case: PlanCase) -> tuple[RevenueScheduleDraft, ...]:
    basis = case.after
    by_milestone = isinstance(basis.terms, MilestoneTerms)
    obligations, lines = _by_milestone(basis) if by_milestone else _over_time(basis)
    currency = basis.contract.currency
    return (
        RevenueScheduleDraft(
            contract_id=basis.contract.id,
            project_id=project_id(case),
            currency=currency,
            total=Money.total((line.amount for line in lines), currency),
            contract_version=basis.contract.version,
            obligations=obligations,
            lines=lines,
        ),
    )


_Promises = tuple[tuple[PerformanceObligation, ...], tuple[RevenueLine, ...]]


def _by_milestone(basis: Basis) -> _Promises:
    terms = basis.terms
    prices = (
        {t.milestone_id: t.amount for t in terms.triggers}
        if isinstance(terms, MilestoneTerms)
        else {}
    )
    billed = [
        (m.id, m.name, month_of(m.due_date), prices[m.id])
        for m in basis.live_milestones
        if m.id in prices
    ]
    rest = unassigned(basis)
    if rest.amount:
        contract = basis.contract
        billed.append((f"{contract.id}-balance", BALANCE, month_of(contract.end_date), rest))
    method = RecognitionMethod.POINT_IN_TIME
    obligations = tuple(_promise(key, name, method, price) for key, name, _, price in billed)
    lines = tuple(_line(key, month, price) for key, _, month, price in billed)
    return obligations, lines


def _over_time(basis: Basis) -> _Promises:
    contract = basis.contract
    timed = isinstance(basis.terms, TimeAndMaterialsTerms)
    method = RecognitionMethod.INPUT if timed else RecognitionMethod.STRAIGHT_LINE
    promise = _promise(contract.id, contract.title, method, contract.total_value)
    term = months(contract.start_date, contract.end_date)
    amounts = divide(contract.total_value, len(term))
    lines = tuple(
        _line(contract.id, month, amount) for month, amount in zip(term, amounts, strict=True)
    )
    return (promise,), lines


def _promise(
    promise_id: str, text: str, method: RecognitionMethod, price: Money
) -> PerformanceObligation:
    return PerformanceObligation(promise_id, text, method, price, price, Decimal(0))


def _line(promise_id: str, month: date, amount: Money) -> RevenueLine:
    return RevenueLine(f"{promise_id}-{month:%Y-%m}", month, amount, False, promise_id)


def _merge(
    held: RevenueScheduleDraft,
    before: RevenueScheduleDraft,
    after: RevenueScheduleDraft,
    record: Any,
) -> RevenueScheduleDraft:
    # Elsewhere promises may have been cut differently; months are what both sides know.
    by_promise = _point_in_time(after) and _promises(before) <= _promises(record)
    now = _by_slot(record.lines, by_promise)
    old, new = _by_slot(before.lines, by_promise), _by_slot(after.lines, by_promise)
    slots = moved(
        {slot: Allotment(line.amount, line.recognised) for slot, line in now.items()},
        {slot: line.amount for slot, line in old.items()},
        {slot: line.amount for slot, line in new.items()},
    )
    if not by_promise:
        slots = fitted(slots, held.total)
    # A month that comes belongs to the promise that the ERP has, whatever its id there.
    adopted = None if by_promise else record.obligations[0].obligation_id
    lines = tuple(
        replace(_newest(slot, now, new, adopted), amount=allotment.amount)
        for slot, allotment in slots.items()
        if allotment.amount.amount or allotment.settled
    )
    total = Money.total((line.amount for line in lines), held.currency)
    obligations = _repriced(record.obligations, after.obligations, lines, held.currency)
    return replace(held, total=total, obligations=obligations, lines=lines)


_Slots = dict[tuple[str, int], RevenueLine]


def _point_in_time(draft: RevenueScheduleDraft) -> bool:
    return any(o.method is RecognitionMethod.POINT_IN_TIME for o in draft.obligations)


def _promises(schedule: Any) -> frozenset[str]:
    return frozenset(each.obligation_id for each in schedule.obligations)


def _by_slot(lines: Iterable[RevenueLine], by_promise: bool) -> _Slots:
    """Lines by promise, or by month; counted, as two may share one."""
    seen: Counter[str] = Counter()
    slots: _Slots = {}
    for line in lines:
        name = line.obligation_id if by_promise else line.period.isoformat()
        slots[name, seen[name]] = line
        seen[name] += 1
    return slots


def _newest(slot: tuple[str, int], now: _Slots, new: _Slots, adopted: str | None) -> RevenueLine:
    if slot in now:
        line = now[slot]
        movable = not line.recognised and slot in new
        return replace(line, period=new[slot].period) if movable else line
    return replace(new[slot], obligation_id=adopted) if adopted else new[slot]


def _repriced(
    held: tuple[PerformanceObligation, ...],
    wanted: tuple[PerformanceObligation, ...],
    lines: tuple[RevenueLine, ...],
    currency: str,
) -> tuple[PerformanceObligation, ...]:
    """The promises that lines refer to, each allocated the sum of its lines."""
    known = {**{o.obligation_id: o for o in wanted}, **{o.obligation_id: o for o in held}}
    used = dict.fromkeys(line.obligation_id for line in lines)
    return tuple(
        replace(
            known[promise],
            allocated_price=Money.total(
                (line.amount for line in lines if line.obligation_id == promise), currency
            ),
        )
        for promise in used
    )


async def _put(
    systems: Systems, draft: RevenueScheduleDraft, *, key: str, expected_version: str | None
) -> erp.RevenueSchedule:
    return await systems.erp.put_revenue_schedule(draft, key=key, expected_version=expected_version)


async def _cancel(
    systems: Systems, draft: RevenueScheduleDraft, key: str
) -> erp.RevenueSchedule | None:
    return await systems.erp.cancel_revenue_schedule(draft.contract_id, key=key)


REVENUE_SCHEDULE = ObjectStep(
    name="revenue-schedule",
    system=System.ERP,
    object_type="RevenueSchedule",
    draft_type=RevenueScheduleDraft,
    external_key=lambda draft: draft.contract_id,
    wanted=_wanted,
    held=lambda landscape, _: landscape.revenue_schedule,
    put=_put,
    cancel=_cancel,
    merge=_merge,
)
