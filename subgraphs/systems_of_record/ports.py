"""What the domains need from a CRM, a CLM, an ERP and a PSA.

Reads. Every method takes many keys and asks the system a bounded number of times, whatever the
number of keys: `customers(ids)` returns a mapping with the ids that exist; `x_by_contract(ids)`
returns a mapping with a tuple for every id asked (empty when there is none). Lists are filtered
and ordered by the system and paged by keyset cursors (see `Page`). Reads raise `Retryable`,
`Throttled` or `Refused`.

Writes. Each carries an idempotency `key` (printable ASCII, at most 200 characters), unique to
the intended effect: the same key again, also after a crash, has the same effect and answers
with the same object. `put_*` writes by external key (see the draft):

- `expected_version=None`: create; if the object exists already with the same content, or was
  cancelled, it is matched (and revived); with other content: `Conflict`.
- `expected_version=token`: change exactly that version (`record.source.version`), else
  `Conflict` with the current token. A write that would change nothing changes no version.

`cancel_*` undoes a creation and is idempotent: cancelling what is cancelled, or was never
created, answers with what there is (None: nothing). Writes raise any `SystemOfRecordError`;
after `OutcomeUnknown` the connector has already looked the effect up by its external key, so
what remains unknown is for a later attempt with the same key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from subgraphs.systems_of_record import drafts, filters
from subgraphs.systems_of_record.records import clm, crm, erp, psa
from subgraphs.systems_of_record.records.common import ChangePage, Money, Page, PageRequest


class ChangeFeed(Protocol):
    """The events of a system, for subscriptions and incremental copies."""

    async def changes(self, after: str | None, limit: int = 200) -> ChangePage:
        """What happened behind the cursor `after` (None: from the oldest retained event)."""
        ...

    async def ping(self) -> None:
        """Return if the system answers an authenticated request; raises as reads do."""
        ...


class Crm(ChangeFeed, Protocol):
    """Customer relationship management: customers and opportunities."""

    async def customers(self, ids: Sequence[str]) -> Mapping[str, crm.Customer]: ...
    async def children(self, ids: Sequence[str]) -> Mapping[str, tuple[crm.Customer, ...]]: ...
    async def list_customers(
        self, where: filters.CustomerFilter, page: PageRequest
    ) -> Page[crm.Customer]: ...
    async def opportunities(self, ids: Sequence[str]) -> Mapping[str, crm.Opportunity]: ...
    async def opportunities_by_customer(
        self, customer_ids: Sequence[str]
    ) -> Mapping[str, tuple[crm.Opportunity, ...]]: ...
    async def list_opportunities(
        self, where: filters.OpportunityFilter, page: PageRequest
    ) -> Page[crm.Opportunity]: ...
    async def set_credit_status(
        self,
        customer_id: str,
        status: crm.CreditStatus,
        *,
        key: str,
        expected_version: str | None = None,
    ) -> crm.Customer: ...


class Clm(ChangeFeed, Protocol):
    """Contract lifecycle management."""

    async def contracts(self, ids: Sequence[str]) -> Mapping[str, clm.Contract]: ...
    async def contracts_by_customer(
        self, customer_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Contract, ...]]: ...
    async def contracts_by_master(
        self, master_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Contract, ...]]: ...
    async def list_contracts(
        self, where: filters.ContractFilter, page: PageRequest
    ) -> Page[clm.Contract]: ...

    async def amendments(self, ids: Sequence[str]) -> Mapping[str, clm.Amendment]: ...
    async def amendments_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Amendment, ...]]: ...
    async def list_amendments(
        self, where: filters.AmendmentFilter, page: PageRequest
    ) -> Page[clm.Amendment]: ...

    async def rate_cards(self, ids: Sequence[str]) -> Mapping[str, clm.RateCard]: ...
    async def rate_cards_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.RateCard, ...]]: ...
    async def milestones(self, ids: Sequence[str]) -> Mapping[str, clm.Milestone]: ...
    async def milestones_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[clm.Milestone, ...]]: ...

    async def mark_provisioned(
        self, contract_id: str, *, contract_version: int, run_id: str, project_id: str, key: str
    ) -> clm.Contract:
        """APPROVED → ACTIVE, if the business version still is `contract_version`.

        Raises `Conflict` with the current business version, `Refused` in any other state
        (unless this run has already done it).
        """
        ...

    async def unmark_provisioned(self, contract_id: str, *, run_id: str, key: str) -> clm.Contract:
        """Compensation: back to APPROVED, if `run_id` provisioned it; else no change."""
        ...

    async def execute_amendment(
        self, amendment_id: str, *, base_version: int, run_id: str, key: str
    ) -> clm.Amendment:
        """Apply an APPROVED amendment's deltas to its contract, atomically.

        The contract's business version rises by one; its value, end date, milestones and rate
        cards follow the deltas. Raises `Conflict` with the contract's current business version
        if that is not `base_version`, `Refused` if the amendment is not APPROVED (unless this
        run has already executed it).
        """
        ...

    async def revert_amendment(self, amendment_id: str, *, run_id: str, key: str) -> clm.Amendment:
        """Compensation: undo what `run_id` executed, restoring the contract as it was.

        `Refused` if a later version of the contract exists.
        """
        ...

    async def set_amendment_state(
        self,
        amendment_id: str,
        state: clm.AmendmentState,
        *,
        actor: str,
        key: str,
        expected_version: str | None = None,
    ) -> clm.Amendment:
        """Move an amendment through review: DRAFT, IN_REVIEW, APPROVED, REJECTED, CANCELLED."""
        ...

    async def renew_contract(self, draft: drafts.RenewalDraft, *, key: str) -> clm.Contract:
        """Create the APPROVED successor; rate cards and milestones' patterns are copied."""
        ...


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


class Psa(ChangeFeed, Protocol):
    """Professional services automation: delivery."""

    async def delivery_projects(self, ids: Sequence[str]) -> Mapping[str, psa.DeliveryProject]: ...
    async def delivery_projects_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, psa.DeliveryProject]: ...
    async def list_delivery_projects(
        self, where: filters.DeliveryProjectFilter, page: PageRequest
    ) -> Page[psa.DeliveryProject]: ...
    async def tasks(self, ids: Sequence[str]) -> Mapping[str, psa.Task]: ...
    async def tasks_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.Task, ...]]: ...

    async def skills(self, ids: Sequence[str] = ()) -> Mapping[str, psa.Skill]:
        """By id; all of them when no id is given."""
        ...

    async def resources(self, ids: Sequence[str]) -> Mapping[str, psa.Resource]: ...
    async def resources_by_subject(self, subjects: Sequence[str]) -> Mapping[str, psa.Resource]: ...
    async def list_resources(
        self, where: filters.ResourceFilter, page: PageRequest
    ) -> Page[psa.Resource]: ...
    async def assignments(self, ids: Sequence[str]) -> Mapping[str, psa.Assignment]: ...
    async def assignments_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.Assignment, ...]]: ...
    async def assignments_by_resource(
        self, resource_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.Assignment, ...]]: ...
    async def list_assignments(
        self, where: filters.AssignmentFilter, page: PageRequest
    ) -> Page[psa.Assignment]: ...
    async def capacity_plans_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, psa.CapacityPlan]: ...

    async def timesheet_entries(self, ids: Sequence[str]) -> Mapping[str, psa.TimesheetEntry]: ...
    async def list_timesheet_entries(
        self, where: filters.TimesheetFilter, page: PageRequest
    ) -> Page[psa.TimesheetEntry]: ...
    async def time_totals_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, psa.TimeTotals]:
        """Contracts without any time or expense are absent."""
        ...

    async def expenses(self, ids: Sequence[str]) -> Mapping[str, psa.Expense]: ...
    async def expenses_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.Expense, ...]]: ...
    async def list_expenses(
        self, where: filters.ExpenseFilter, page: PageRequest
    ) -> Page[psa.Expense]: ...
    async def acceptances_by_milestone(
        self, milestone_ids: Sequence[str]
    ) -> Mapping[str, psa.MilestoneAcceptance]: ...
    async def acceptances_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.MilestoneAcceptance, ...]]: ...
    async def published_rate_cards_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.PublishedRateCard, ...]]: ...

    async def put_delivery_project(
        self, draft: drafts.DeliveryProjectDraft, *, key: str, expected_version: str | None = None
    ) -> psa.DeliveryProject: ...
    async def put_capacity_plan(
        self, draft: drafts.CapacityPlanDraft, *, key: str, expected_version: str | None = None
    ) -> psa.CapacityPlan: ...
    async def publish_rate_card(
        self, draft: drafts.PublishedRateCardDraft, *, key: str, expected_version: str | None = None
    ) -> erp.PublishedRateCard: ...
    async def cancel_delivery_project(
        self, contract_id: str, *, key: str
    ) -> psa.DeliveryProject | None: ...
    async def cancel_capacity_plan(
        self, contract_id: str, *, key: str
    ) -> psa.CapacityPlan | None: ...
    async def withdraw_rate_card(
        self, rate_card_id: str, *, key: str
    ) -> erp.PublishedRateCard | None: ...

    async def create_assignment(
        self, draft: drafts.AssignmentDraft, *, key: str
    ) -> psa.Assignment: ...
    async def submit_time(
        self, draft: drafts.TimesheetEntryDraft, *, key: str
    ) -> psa.TimesheetEntry: ...
    async def record_expense(self, draft: drafts.ExpenseDraft, *, key: str) -> psa.Expense: ...
    async def approve_time(
        self, ids: Sequence[str], *, approved_by: str, key: str
    ) -> tuple[psa.TimesheetEntry, ...]:
        """SUBMITTED → APPROVED for all of them, or `Refused` for all."""
        ...

    async def mark_time_invoiced(
        self, ids: Sequence[str], *, invoice_id: str, key: str
    ) -> tuple[psa.TimesheetEntry, ...]:
        """APPROVED → INVOICED for all of them, or `Refused` for all."""
        ...

    async def unmark_time_invoiced(
        self, invoice_id: str, *, key: str
    ) -> tuple[psa.TimesheetEntry, ...]:
        """Compensation: the entries of an invoice are APPROVED again."""
        ...

    async def decide_acceptance(
        self,
        milestone_id: str,
        *,
        contract_id: str,
        state: psa.AcceptanceState,
        decided_by: str,
        decided_on: date,
        evidence: str,
        key: str,
        expected_version: str | None = None,
    ) -> psa.MilestoneAcceptance:
        """Record that the customer accepted or rejected; PENDING again is the compensation."""
        ...


@dataclass(frozen=True, slots=True)
class Systems:
    """The four systems of record as one value, to be passed to whoever composes a subgraph."""

    crm: Crm
    clm: Clm
    erp: Erp
    psa: Psa
