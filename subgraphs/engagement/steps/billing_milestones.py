"""The billing side of every contractual milestone, tied to its acceptance criteria."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from subgraphs.engagement.model.plan import PlanCase, project_id
from subgraphs.engagement.steps.object_step import ObjectStep
from subgraphs.systems_of_record.drafts import BillingMilestoneDraft
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.clm import MilestoneTerms
from subgraphs.systems_of_record.records.common import System


def _wanted(case: PlanCase) -> tuple[BillingMilestoneDraft, ...]:
    """A milestone bills its trigger's amount; without a trigger, it bills its own amount."""
    basis = case.after
    terms = basis.terms
    if not isinstance(terms, MilestoneTerms):
        return ()  # elsewhere milestones are tracked by delivery, and bill nothing
    billed = {trigger.milestone_id: trigger.amount for trigger in terms.triggers}
    return tuple(
        BillingMilestoneDraft(
            contract_id=basis.contract.id,
            project_id=project_id(case),
            milestone_id=milestone.id,
            name=milestone.name,
            amount=billed[milestone.id],
            due_date=milestone.due_date,
            acceptance_criteria=milestone.acceptance_criteria,
        )
        for milestone in basis.live_milestones
        if milestone.id in billed
    )


def _merge(
    held: BillingMilestoneDraft,
    before: BillingMilestoneDraft,
    after: BillingMilestoneDraft,
    record: Any,
) -> BillingMilestoneDraft:
    """What was released or invoiced stays so; the ERP refuses to change what was invoiced."""
    return replace(held, state=record.state)


async def _put(
    systems: Systems, draft: BillingMilestoneDraft, *, key: str, expected_version: str | None
) -> erp.BillingMilestone:
    return await systems.erp.put_billing_milestone(
        draft, key=key, expected_version=expected_version
    )


async def _cancel(
    systems: Systems, draft: BillingMilestoneDraft, key: str
) -> erp.BillingMilestone | None:
    return await systems.erp.cancel_billing_milestone(draft.milestone_id, key=key)


BILLING_MILESTONES = ObjectStep(
    name="billing-milestones",
    system=System.ERP,
    object_type="BillingMilestone",
    draft_type=BillingMilestoneDraft,
    external_key=lambda draft: draft.milestone_id,
    wanted=_wanted,
    held=lambda landscape, key: landscape.billing_milestones.get(key),
    put=_put,
    cancel=_cancel,
    merge=_merge,
)
