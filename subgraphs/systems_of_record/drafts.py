"""What is written to the systems of record: the fields a caller decides, without id and source.

Each draft names the external key that makes its write idempotent: usually `contract_id`, or
the contractual milestone, rule or rate card that the object mirrors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from subgraphs.systems_of_record.records.clm import BillingTerms
from subgraphs.systems_of_record.records.common import EngagementType, Money, Period
from subgraphs.systems_of_record.records.erp import (
    BillingMilestoneState,
    BillingScheduleLine,
    InvoiceLine,
    PerformanceObligation,
    ProjectState,
    PublishedRate,
    PurchaseOrderState,
    RevenueLine,
    WbsElement,
)
from subgraphs.systems_of_record.records.psa import CapacityLine, Commitment, DeliveryState


@dataclass(frozen=True, slots=True)
class CustomerAccountDraft:
    """External key: (`customer_id`, `legal_entity`)."""

    customer_id: str
    legal_entity: str
    name: str
    currency: str
    payment_terms_days: int
    tax_profile_id: str | None


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    """External key: `contract_id`. Actuals belong to the ERP and are not drafted."""

    contract_id: str
    name: str
    legal_entity: str
    region: str
    customer_account_id: str
    engagement_type: EngagementType
    state: ProjectState
    contract_value: Money
    budget: Money
    start_date: date
    end_date: date
    wbs: tuple[WbsElement, ...]


@dataclass(frozen=True, slots=True)
class BillingRuleDraft:
    """External key: `contract_id`."""

    contract_id: str
    project_id: str
    engagement_type: EngagementType
    period: Period | None
    cap: Money | None
    fee: Money | None
    retainer_amount: Money | None
    included_hours: Decimal | None
    rollover: bool
    rate_card_id: str | None
    payment_terms_days: int


@dataclass(frozen=True, slots=True)
class BillingScheduleDraft:
    """External key: `contract_id`. The lines replace the former lines."""

    contract_id: str
    project_id: str
    currency: str
    total: Money
    contract_version: int
    lines: tuple[BillingScheduleLine, ...]


@dataclass(frozen=True, slots=True)
class BillingMilestoneDraft:
    """External key: `milestone_id`."""

    contract_id: str
    project_id: str
    milestone_id: str
    name: str
    amount: Money
    due_date: date
    acceptance_criteria: tuple[str, ...]
    state: BillingMilestoneState = BillingMilestoneState.PENDING


@dataclass(frozen=True, slots=True)
class RevenueScheduleDraft:
    """External key: `contract_id`. The lines and obligations replace the former ones."""

    contract_id: str
    project_id: str
    currency: str
    total: Money
    contract_version: int
    obligations: tuple[PerformanceObligation, ...]
    lines: tuple[RevenueLine, ...]


@dataclass(frozen=True, slots=True)
class PurchaseOrderDraft:
    """External key: `rule_id` (a contract's subcontracting rule)."""

    contract_id: str
    project_id: str
    rule_id: str
    vendor_id: str
    vendor_name: str
    legal_entity: str
    state: PurchaseOrderState
    limit: Money
    pass_through: bool
    markup_percent: Decimal


@dataclass(frozen=True, slots=True)
class PublishedRateCardDraft:
    """External key: `rate_card_id`."""

    contract_id: str
    rate_card_id: str
    rate_card_version: str
    region: str
    currency: str
    effective_from: date
    effective_to: date | None
    rates: tuple[PublishedRate, ...]


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """External key: the idempotency key. The ERP gives the number and computes the totals.

    `tax_rate` is a fraction applied to the subtotal.
    """

    contract_id: str
    project_id: str
    customer_id: str
    legal_entity: str
    region: str
    currency: str
    period_start: date | None
    period_end: date | None
    tax_rate: Decimal
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True, slots=True)
class DisputeDraft:
    """External key: the idempotency key."""

    invoice_id: str
    reason: str
    amount: Money
    opened_on: date
    opened_by: str


@dataclass(frozen=True, slots=True)
class WorkstreamDraft:
    """A workstream of a delivery project; `name` identifies it there."""

    name: str
    sequence: int
    start_date: date
    end_date: date
    planned_hours: Decimal


@dataclass(frozen=True, slots=True)
class DeliveryProjectDraft:
    """External key: `contract_id`."""

    contract_id: str
    project_id: str
    name: str
    region: str
    legal_entity: str
    state: DeliveryState
    lead: str
    start_date: date
    end_date: date
    planned_hours: Decimal
    workstreams: tuple[WorkstreamDraft, ...]


@dataclass(frozen=True, slots=True)
class CapacityPlanDraft:
    """External key: `contract_id`. The lines replace the former lines."""

    contract_id: str
    delivery_project_id: str
    contract_version: int
    lines: tuple[CapacityLine, ...]


@dataclass(frozen=True, slots=True)
class AssignmentDraft:
    """External key: the idempotency key."""

    resource_id: str
    contract_id: str
    delivery_project_id: str
    role: str
    percent: Decimal
    commitment: Commitment
    start_date: date
    end_date: date


@dataclass(frozen=True, slots=True)
class TimesheetEntryDraft:
    """External key: the idempotency key. Created as SUBMITTED."""

    resource_id: str
    contract_id: str
    delivery_project_id: str
    task_id: str | None
    role: str
    worked_on: date
    hours: Decimal
    billable: bool
    bill_rate: Money
    note: str


@dataclass(frozen=True, slots=True)
class ExpenseDraft:
    """External key: the idempotency key. Created as SUBMITTED."""

    resource_id: str
    contract_id: str
    delivery_project_id: str
    category: str
    amount: Money
    incurred_on: date
    billable: bool
    description: str


@dataclass(frozen=True, slots=True)
class RenewalDraft:
    """External key: the idempotency key. Creates an APPROVED successor of a contract."""

    contract_id: str
    base_version: int
    title: str
    start_date: date
    end_date: date
    total_value: Money
    billing_terms: BillingTerms
    author: str
    approved_by: str
