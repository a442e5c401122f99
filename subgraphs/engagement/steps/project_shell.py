"""The project in the books: value, planned cost, work breakdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from subgraphs.engagement.model.basis import Basis
from subgraphs.engagement.model.plan import PendingId, PlanCase
from subgraphs.engagement.steps.object_step import Held, ObjectStep
from subgraphs.systems_of_record.drafts import ProjectDraft
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.common import EngagementType, Money, System


def _wanted(case: PlanCase) -> tuple[ProjectDraft, ...]:
    basis = case.after
    contract, account = basis.contract, case.landscape.account
    live = account is not None and account.active
    return (
        ProjectDraft(
            contract_id=contract.id,
            name=contract.title,
            legal_entity=contract.legal_entity,
            region=contract.region,
            customer_account_id=account.id if account and live else PendingId.ACCOUNT.value,
            engagement_type=contract.engagement_type or EngagementType.FIXED_FEE,
            state=erp.ProjectState.ACTIVE,
            contract_value=contract.total_value,
            budget=basis.budget,
            start_date=contract.start_date,
            end_date=contract.end_date,
            wbs=_work_breakdown(basis),
        ),
    )


def _work_breakdown(basis: Basis) -> tuple[erp.WbsElement, ...]:
    """Our own work, and subcontracted work where the contract provides for it, under one root."""
    contract = basis.contract
    zero = Money.zero(contract.currency)
    limits = [
        rule.limit for rule in contract.subcontract_rules if rule.limit.currency == zero.currency
    ]
    bought = min(Money.total(limits, contract.currency), basis.budget)
    hours = basis.planned_hours
    root = erp.WbsElement("1", None, contract.title, hours, basis.budget, zero)
    own = erp.WbsElement("1.1", "1", "Delivery", hours, basis.budget - bought, zero)
    if not contract.subcontract_rules:
        return (root, own)
    return (root, own, erp.WbsElement("1.2", "1", "Subcontractors", Decimal(0), bought, zero))


def _merge(held: ProjectDraft, before: ProjectDraft, after: ProjectDraft, record: Any) -> Any:
    """Carry budgets over to the elements that the project has by now; actuals are the ERP's."""
    old = {element.code: element for element in before.wbs}
    new = {element.code: element for element in after.wbs}
    elements = [_moved(e, old.get(e.code), new.get(e.code)) for e in record.wbs]
    return replace(held, wbs=tuple(elements))


def _moved(
    element: erp.WbsElement, before: erp.WbsElement | None, after: erp.WbsElement | None
) -> erp.WbsElement:
    if before is None or after is None:
        return element
    return replace(
        element,
        budget=element.budget + (after.budget - before.budget),
        budget_hours=element.budget_hours + (after.budget_hours - before.budget_hours),
    )


async def _put(
    systems: Systems, draft: ProjectDraft, *, key: str, expected_version: str | None
) -> erp.Project:
    return await systems.erp.put_project(draft, key=key, expected_version=expected_version)


async def _cancel(systems: Systems, draft: ProjectDraft, key: str) -> erp.Project | None:
    return await systems.erp.cancel_project(draft.contract_id, key=key)


def _ids(record: Held) -> Mapping[str, str]:
    return {PendingId.PROJECT.value: record.id}


PROJECT_SHELL = ObjectStep(
    name="project-shell",
    system=System.ERP,
    object_type="Project",
    draft_type=ProjectDraft,
    external_key=lambda draft: draft.contract_id,
    wanted=_wanted,
    held=lambda landscape, _: landscape.project,
    put=_put,
    cancel=_cancel,
    merge=_merge,
    ids=_ids,
)
