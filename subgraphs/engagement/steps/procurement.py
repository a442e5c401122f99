"""Procurement controls: a purchase order for each of the contract's subcontracting rules."""

from __future__ import annotations

from subgraphs.engagement.model.plan import PlanCase, project_id
from subgraphs.engagement.steps.object_step import ObjectStep
from subgraphs.systems_of_record.drafts import PurchaseOrderDraft
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.common import System


def _wanted(case: PlanCase) -> tuple[PurchaseOrderDraft, ...]:
    """Orders open with the rule's limit; nothing can be spent beyond it, nor without one."""
    contract = case.after.contract
    return tuple(
        PurchaseOrderDraft(
            contract_id=contract.id,
            project_id=project_id(case),
            rule_id=rule.id,
            vendor_id=rule.vendor_id,
            vendor_name=rule.vendor_name,
            legal_entity=contract.legal_entity,
            state=erp.PurchaseOrderState.OPEN,
            limit=rule.limit,
            pass_through=rule.pass_through,
            markup_percent=rule.markup_percent,
        )
        for rule in sorted(contract.subcontract_rules, key=lambda rule: rule.id)
    )


async def _put(
    systems: Systems, draft: PurchaseOrderDraft, *, key: str, expected_version: str | None
) -> erp.PurchaseOrder:
    return await systems.erp.put_purchase_order(draft, key=key, expected_version=expected_version)


async def _cancel(
    systems: Systems, draft: PurchaseOrderDraft, key: str
) -> erp.PurchaseOrder | None:
    return await systems.erp.cancel_purchase_order(draft.rule_id, key=key)


PROCUREMENT = ObjectStep(
    name="procurement",
    system=System.ERP,
    object_type="PurchaseOrder",
    draft_type=PurchaseOrderDraft,
    external_key=lambda draft: draft.rule_id,
    wanted=_wanted,
    held=lambda landscape, key: landscape.purchase_orders.get(key),
    put=_put,
    cancel=_cancel,
)
