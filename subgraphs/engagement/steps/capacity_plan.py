"""The demand for people, by role and month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from subgraphs.engagement.model.basis import Basis
from subgraphs.engagement.model.calendar import divide_hours, month_of, months
from subgraphs.engagement.model.plan import PlanCase, delivery_project_id
from subgraphs.engagement.steps.object_step import ObjectStep
from subgraphs.systems_of_record.drafts import CapacityPlanDraft
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import psa
from subgraphs.systems_of_record.records.common import System


def _wanted(case: PlanCase) -> tuple[CapacityPlanDraft, ...]:
    basis = case.after
    return (
        CapacityPlanDraft(
            contract_id=basis.contract.id,
            delivery_project_id=delivery_project_id(case),
            contract_version=basis.contract.version,
            lines=_amended_lines(case),
        ),
    )


def _amended_lines(case: PlanCase) -> tuple[psa.CapacityLine, ...]:
    """Months before an amendment takes effect keep their hours; those from then on take the rest.

    An amendment that takes effect after the term is over is spread over the whole term.
    """
    before, after = case.before, case.after
    if case.amendment is None or before is None or before == after:
        return _lines(after)
    since = month_of(case.amendment.effective_date)
    left = [m for m in months(after.contract.start_date, after.contract.end_date) if m >= since]
    if not left:
        return _lines(after)
    kept = [line for line in _lines(before) if line.month < since]
    by_role = divide_hours(after.planned_hours, len(after.roles))
    open_lines = []
    for role, share in zip(after.roles, by_role, strict=True):
        used = sum((line.hours for line in kept if line.role == role), Decimal(0))
        rest = divide_hours(max(share - used, Decimal(0)), len(left))
        open_lines += [psa.CapacityLine(role, m, h) for m, h in zip(left, rest, strict=True)]
    return (*kept, *open_lines)


def _lines(basis: Basis) -> tuple[psa.CapacityLine, ...]:
    """The planned hours spread evenly over the term's months and the roles that are priced."""
    term = months(basis.contract.start_date, basis.contract.end_date)
    by_role = divide_hours(basis.planned_hours, len(basis.roles))
    return tuple(
        psa.CapacityLine(role, month, hours)
        for role, share in zip(basis.roles, by_role, strict=True)
        for month, hours in zip(term, divide_hours(share, len(term)), strict=True)
    )


def _merge(
    held: CapacityPlanDraft, before: CapacityPlanDraft, after: CapacityPlanDraft, record: Any
) -> CapacityPlanDraft:
    """Add to every role and month what the amendment adds there; months that go, go."""
    old, new, now = (_by_slot(lines) for lines in (before.lines, after.lines, record.lines))
    gone = {month for _, month in old} - {month for _, month in new}
    hours = {
        slot: max(
            now.get(slot, Decimal(0)) + new.get(slot, Decimal(0)) - old.get(slot, Decimal(0)),
            Decimal(0),
        )
        for slot in sorted(now | new)
        if slot[1] not in gone
    }
    lines = tuple(
        psa.CapacityLine(role, month, amount) for (role, month), amount in hours.items() if amount
    )
    return replace(held, lines=lines)


def _by_slot(lines: Iterable[psa.CapacityLine]) -> dict[tuple[str, date], Decimal]:
    return {(line.role, line.month): line.hours for line in lines}


async def _put(
    systems: Systems, draft: CapacityPlanDraft, *, key: str, expected_version: str | None
) -> psa.CapacityPlan:
    return await systems.psa.put_capacity_plan(draft, key=key, expected_version=expected_version)


async def _cancel(systems: Systems, draft: CapacityPlanDraft, key: str) -> psa.CapacityPlan | None:
    return await systems.psa.cancel_capacity_plan(draft.contract_id, key=key)


CAPACITY_PLAN = ObjectStep(
    name="capacity-plan",
    system=System.PSA,
    object_type="CapacityPlan",
    draft_type=CapacityPlanDraft,
    external_key=lambda draft: draft.contract_id,
    wanted=_wanted,
    held=lambda landscape, _: landscape.capacity_plan,
    put=_put,
    cancel=_cancel,
    merge=_merge,
)
