"""The writing half of the ERP port."""

from __future__ import annotations

from datetime import date

from subgraphs.systems_of_record import drafts
from subgraphs.systems_of_record.connectors import dynamics
from subgraphs.systems_of_record.connectors.dynamics import CODEC, Dynamics
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.common import Money

_LIVE = {"State": "ACTIVE"}


class DynamicsWrites:
    """What can be changed. Every method does as the port says."""

    _erp: Dynamics

    async def put_customer_account(
        self, draft: drafts.CustomerAccountDraft, *, key: str, expected_version: str | None = None
    ) -> erp.CustomerAccount:
        """See the port."""
        alternate = {"CustomerId": draft.customer_id, "LegalEntity": draft.legal_entity}
        return await self._erp.put(
            dynamics.ACCOUNT, alternate, draft, key, expected_version, {"Active": True}
        )

    async def put_project(
        self, draft: drafts.ProjectDraft, *, key: str, expected_version: str | None = None
    ) -> erp.Project:
        """See the port."""
        alternate = {"ContractId": draft.contract_id}
        return await self._erp.put(dynamics.PROJECT, alternate, draft, key, expected_version, {})

    async def put_billing_rule(
        self, draft: drafts.BillingRuleDraft, *, key: str, expected_version: str | None = None
    ) -> erp.BillingRule:
        """See the port."""
        alternate = {"ContractId": draft.contract_id}
        return await self._erp.put(
            dynamics.BILLING_RULE, alternate, draft, key, expected_version, _LIVE
        )

    async def put_billing_schedule(
        self, draft: drafts.BillingScheduleDraft, *, key: str, expected_version: str | None = None
    ) -> erp.BillingSchedule:
        """See the port."""
        alternate = {"ContractId": draft.contract_id}
        return await self._erp.put(
            dynamics.BILLING_SCHEDULE, alternate, draft, key, expected_version, _LIVE
        )

    async def put_billing_milestone(
        self, draft: drafts.BillingMilestoneDraft, *, key: str, expected_version: str | None = None
    ) -> erp.BillingMilestone:
        """See the port."""
        alternate = {"MilestoneId": draft.milestone_id}
        return await self._erp.put(
            dynamics.BILLING_MILESTONE, alternate, draft, key, expected_version, {}
        )

    async def put_revenue_schedule(
        self, draft: drafts.RevenueScheduleDraft, *, key: str, expected_version: str | None = None
    ) -> erp.RevenueSchedule:
        """See the port."""
        alternate = {"ContractId": draft.contract_id}
        return await self._erp.put(
            dynamics.REVENUE_SCHEDULE, alternate, draft, key, expected_version, _LIVE
        )

    async def put_purchase_order(
        self, draft: drafts.PurchaseOrderDraft, *, key: str, expected_version: str | None = None
    ) -> erp.PurchaseOrder:
        """See the port."""
        alternate = {"RuleId": draft.rule_id}
        return await self._erp.put(
            dynamics.PURCHASE_ORDER, alternate, draft, key, expected_version, {}
        )

    async def publish_rate_card(
        self, draft: drafts.PublishedRateCardDraft, *, key: str, expected_version: str | None = None
    ) -> erp.PublishedRateCard:
        """See the port."""
        alternate = {"RateCardId": draft.rate_card_id}
        return await self._erp.put(
            dynamics.RATE_CARD, alternate, draft, key, expected_version, _LIVE
        )

    async def cancel_customer_account(
        self, customer_id: str, legal_entity: str, *, key: str
    ) -> erp.CustomerAccount | None:
        """See the port."""
        alternate = {"CustomerId": customer_id, "LegalEntity": legal_entity}
        return await self._erp.cancel(dynamics.ACCOUNT, alternate, key)

    async def cancel_project(self, contract_id: str, *, key: str) -> erp.Project | None:
        """See the port."""
        return await self._erp.cancel(dynamics.PROJECT, {"ContractId": contract_id}, key)

    async def cancel_billing_rule(self, contract_id: str, *, key: str) -> erp.BillingRule | None:
        """See the port."""
        return await self._erp.cancel(dynamics.BILLING_RULE, {"ContractId": contract_id}, key)

    async def cancel_billing_schedule(
        self, contract_id: str, *, key: str
    ) -> erp.BillingSchedule | None:
        """See the port."""
        return await self._erp.cancel(dynamics.BILLING_SCHEDULE, {"ContractId": contract_id}, key)

    async def cancel_billing_milestone(
        self, milestone_id: str, *, key: str
    ) -> erp.BillingMilestone | None:
        """See the port."""
        return await self._erp.cancel(
            dynamics.BILLING_MILESTONE, {"MilestoneId": milestone_id}, key
        )

    async def cancel_revenue_schedule(
        self, contract_id: str, *, key: str
    ) -> erp.RevenueSchedule | None:
        """See the port."""
        return await self._erp.cancel(dynamics.REVENUE_SCHEDULE, {"ContractId": contract_id}, key)

    async def cancel_purchase_order(self, rule_id: str, *, key: str) -> erp.PurchaseOrder | None:
        """See the port."""
        return await self._erp.cancel(dynamics.PURCHASE_ORDER, {"RuleId": rule_id}, key)

    async def withdraw_rate_card(
        self, rate_card_id: str, *, key: str
    ) -> erp.PublishedRateCard | None:
        """See the port."""
        return await self._erp.cancel(dynamics.RATE_CARD, {"RateCardId": rate_card_id}, key)

    async def release_billing_milestone(
        self, milestone_id: str, *, released_on: date, key: str
    ) -> erp.BillingMilestone:
        """See the port."""
        alternate = {"MilestoneId": milestone_id}
        body = {"ReleasedOn": released_on.isoformat()}
        return await self._erp.act(dynamics.BILLING_MILESTONE, alternate, "Release", body, key)

    async def unrelease_billing_milestone(
        self, milestone_id: str, *, key: str
    ) -> erp.BillingMilestone:
        """See the port."""
        alternate = {"MilestoneId": milestone_id}
        return await self._erp.act(dynamics.BILLING_MILESTONE, alternate, "Unrelease", {}, key)

    async def create_invoice(self, draft: drafts.InvoiceDraft, *, key: str) -> erp.Invoice:
        """See the port."""
        return await self._erp.create(dynamics.INVOICE, CODEC.encode(draft), key)

    async def issue_invoice(
        self, invoice_id: str, *, issued_on: date, due_on: date, key: str
    ) -> erp.Invoice:
        """See the port."""
        body = {"IssuedOn": issued_on.isoformat(), "DueOn": due_on.isoformat()}
        return await self._erp.act(dynamics.INVOICE, invoice_id, "Issue", body, key)

    async def cancel_invoice(self, invoice_id: str, *, key: str) -> erp.Invoice | None:
        """See the port."""
        return await self._erp.cancel(dynamics.INVOICE, invoice_id, key)

    async def open_dispute(self, draft: drafts.DisputeDraft, *, key: str) -> erp.Dispute:
        """See the port."""
        return await self._erp.create(dynamics.DISPUTE, CODEC.encode(draft), key)

    async def resolve_dispute(
        self,
        dispute_id: str,
        *,
        state: erp.DisputeState,
        resolution: str,
        credit: Money | None,
        resolved_on: date,
        key: str,
        expected_version: str | None = None,
    ) -> erp.Dispute:
        """See the port."""
        body = {
            "State": state.value,
            "Resolution": resolution,
            "Credit": None if credit is None else CODEC.encode(credit),
            "ResolvedOn": resolved_on.isoformat(),
        }
        return await self._erp.act(
            dynamics.DISPUTE, dispute_id, "Resolve", body, key, expected_version
        )
