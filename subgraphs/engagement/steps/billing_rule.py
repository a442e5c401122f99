"""The billing rule: which of its fields are set follows the engagement type."""

from __future__ import annotations

from subgraphs.engagement.model.plan import PlanCase, project_id
from subgraphs.engagement.steps.object_step import ObjectStep
from subgraphs.systems_of_record.drafts import BillingRuleDraft
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.clm import (
    FixedFeeTerms,
    RetainerTerms,
    TimeAndMaterialsTerms,
)
from subgraphs.systems_of_record.records.common import EngagementType, System


def _wanted(case: PlanCase) -> tuple[BillingRuleDraft, ...]:
    basis = case.after
    contract, terms = basis.contract, basis.terms
    timed = terms if isinstance(terms, TimeAndMaterialsTerms) else None
    retainer = terms if isinstance(terms, RetainerTerms) else None
    recurring = timed or retainer
    return (
        BillingRuleDraft(
            contract_id=contract.id,
            project_id=project_id(case),
            engagement_type=contract.engagement_type or EngagementType.FIXED_FEE,
            period=recurring.period if recurring else None,
            cap=timed.cap if timed else None,
            fee=terms.fee if isinstance(terms, FixedFeeTerms) else None,
            retainer_amount=retainer.amount if retainer else None,
            included_hours=retainer.included_hours if retainer else None,
            rollover=retainer.rollover if retainer else False,
            rate_card_id=timed.rate_card_id if timed else None,
            payment_terms_days=contract.payment_terms_days,
        ),
    )


async def _put(
    systems: Systems, draft: BillingRuleDraft, *, key: str, expected_version: str | None
) -> erp.BillingRule:
    return await systems.erp.put_billing_rule(draft, key=key, expected_version=expected_version)


async def _cancel(systems: Systems, draft: BillingRuleDraft, key: str) -> erp.BillingRule | None:
    return await systems.erp.cancel_billing_rule(draft.contract_id, key=key)


BILLING_RULE = ObjectStep(
    name="billing-rule",
    system=System.ERP,
    object_type="BillingRule",
    draft_type=BillingRuleDraft,
    external_key=lambda draft: draft.contract_id,
    wanted=_wanted,
    held=lambda landscape, _: landscape.billing_rule,
    put=_put,
    cancel=_cancel,
)
