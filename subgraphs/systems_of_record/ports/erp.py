"""What the domains need from an ERP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from subgraphs.systems_of_record import drafts, filters
from subgraphs.systems_of_record.ports.feed import ChangeFeed
from subgraphs.systems_of_record.records import erp
from subgraphs.systems_of_record.records.common import Money, Page, PageRequest


class Erp(ChangeFeed, Protocol):
    """Enterprise resource planning: the books."""

    async def legal_entities(self, ids: Sequence[str] = ()) -> Mapping[str, erp.LegalEntity]:
        """By code; all of them when no code is given."""
        ...

    async def currencies(self, codes: Sequence[str] = ()) -> Mapping[str, erp.Currency]:
        """By ISO code; all of them when no code is given."""
        ...

    async def fx_rates(self, quote: str, on: date) -> Mapping[str, erp.FxRate]:
        """By base currency: the rate into `quote` in force on the day."""
        ...

    async def vendors(self, ids: Sequence[str]) -> Mapping[str, erp.Vendor]: ...
    async def tax_profiles_by_customer(
        self, customer_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.TaxProfile, ...]]: ...
    async def accounts_by_customer(
        self, customer_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.CustomerAccount, ...]]: ...

    async def projects(self, ids: Sequence[str]) -> Mapping[str, erp.Project]: ...
    async def projects_by_contract(self, contract_ids: Sequence[str]) -> Mapping[str, erp.Project]:
        """By contract id; a contract without a project is absent."""
        ...

    async def list_projects(
        self, where: filters.ProjectFilter, page: PageRequest
    ) -> Page[erp.Project]: ...

    async def billing_rules_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, erp.BillingRule]: ...
    async def billing_schedules_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, erp.BillingSchedule]: ...
    async def billing_milestones(
        self, ids: Sequence[str]
    ) -> Mapping[str, erp.BillingMilestone]: ...
    async def billing_milestones_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.BillingMilestone, ...]]: ...
    async def revenue_schedules_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, erp.RevenueSchedule]: ...
    async def purchase_orders_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.PurchaseOrder, ...]]: ...
    async def published_rate_cards_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.PublishedRateCard, ...]]: ...

    async def invoices(self, ids: Sequence[str]) -> Mapping[str, erp.Invoice]: ...
    async def invoices_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.Invoice, ...]]: ...
    async def list_invoices(
        self, where: filters.InvoiceFilter, page: PageRequest
    ) -> Page[erp.Invoice]: ...
    async def disputes(self, ids: Sequence[str]) -> Mapping[str, erp.Dispute]: ...
    async def disputes_by_invoice(
        self, invoice_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.Dispute, ...]]: ...
    async def list_disputes(
        self, where: filters.DisputeFilter, page: PageRequest
    ) -> Page[erp.Dispute]: ...
    async def credit_notes_by_invoice(
        self, invoice_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.CreditNote, ...]]: ...
    async def billing_totals_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, erp.BillingTotals]:
        """Contracts without any invoice are absent."""
        ...

    async def put_customer_account(
        self, draft: drafts.CustomerAccountDraft, *, key: str, expected_version: str | None = None
    ) -> erp.CustomerAccount: ...
    async def put_project(
        self, draft: drafts.ProjectDraft, *, key: str, expected_version: str | None = None
    ) -> erp.Project: ...
    async def put_billing_rule(
        self, draft: drafts.BillingRuleDraft, *, key: str, expected_version: str | None = None
    ) -> erp.BillingRule: ...
    async def put_billing_schedule(
        self, draft: drafts.BillingScheduleDraft, *, key: str, expected_version: str | None = None
    ) -> erp.BillingSchedule: ...
    async def put_billing_milestone(
        self, draft: drafts.BillingMilestoneDraft, *, key: str, expected_version: str | None = None
    ) -> erp.BillingMilestone: ...
    async def put_revenue_schedule(
        self, draft: drafts.RevenueScheduleDraft, *, key: str, expected_version: str | None = None
    ) -> erp.RevenueSchedule: ...
    async def put_purchase_order(
        self, draft: drafts.PurchaseOrderDraft, *, key: str, expected_version: str | None = None
    ) -> erp.PurchaseOrder: ...
    async def publish_rate_card(
        self, draft: drafts.PublishedRateCardDraft, *, key: str, expected_version: str | None = None
    ) -> erp.PublishedRateCard: ...

    async def cancel_customer_account(
        self, customer_id: str, legal_entity: str, *, key: str
    ) -> erp.CustomerAccount | None:
        """`Refused` while a live project is booked on the account."""
        ...

    async def cancel_project(self, contract_id: str, *, key: str) -> erp.Project | None: ...
    async def cancel_billing_rule(
        self, contract_id: str, *, key: str
    ) -> erp.BillingRule | None: ...
    async def cancel_billing_schedule(
        self, contract_id: str, *, key: str
    ) -> erp.BillingSchedule | None: ...
    async def cancel_billing_milestone(
        self, milestone_id: str, *, key: str
    ) -> erp.BillingMilestone | None: ...
    async def cancel_revenue_schedule(
        self, contract_id: str, *, key: str
    ) -> erp.RevenueSchedule | None: ...
    async def cancel_purchase_order(
        self, rule_id: str, *, key: str
    ) -> erp.PurchaseOrder | None: ...
    async def withdraw_rate_card(
        self, rate_card_id: str, *, key: str
    ) -> erp.PublishedRateCard | None: ...

    async def release_billing_milestone(
        self, milestone_id: str, *, released_on: date, key: str
    ) -> erp.BillingMilestone:
        """PENDING → RELEASED, and its schedule line becomes READY."""
        ...

    async def unrelease_billing_milestone(
        self, milestone_id: str, *, key: str
    ) -> erp.BillingMilestone:
        """Compensation: RELEASED → PENDING; `Refused` once invoiced."""
        ...

    async def create_invoice(self, draft: drafts.InvoiceDraft, *, key: str) -> erp.Invoice:
        """Create a DRAFT; milestones and schedule lines that it bills are reserved for it."""
        ...

    async def issue_invoice(
        self, invoice_id: str, *, issued_on: date, due_on: date, key: str
    ) -> erp.Invoice:
        """DRAFT → ISSUED, with a number; immutable from then on."""
        ...

    async def cancel_invoice(self, invoice_id: str, *, key: str) -> erp.Invoice | None:
        """Cancel a DRAFT and free what it billed; `Refused` once issued."""
        ...

    async def open_dispute(self, draft: drafts.DisputeDraft, *, key: str) -> erp.Dispute:
        """The invoice becomes DISPUTED; `Refused` beyond its balance."""
        ...

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
        """Close as CREDITED (a credit note over `credit` is made) or UPHELD."""
        ...
