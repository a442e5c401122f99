"""What the ERP owns: legal entities, money, projects' books, billing, revenue, purchasing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from subgraphs.systems_of_record.records.common import EngagementType, Money, Period, Source


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """One of the firm's companies; its code (`id`) scopes contracts and callers."""

    id: str
    name: str
    region: str
    country: str
    currency: str
    tax_registration: str
    source: Source


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency that the ERP accepts. `active` ones may be contracted in."""

    id: str
    name: str
    minor_units: int
    active: bool
    source: Source


@dataclass(frozen=True, slots=True)
class FxRate:
    """One unit of `base` is `rate` units of `quote`, from `effective_on` until the next."""

    id: str
    base: str
    quote: str
    rate: Decimal
    effective_on: date
    source: Source


@dataclass(frozen=True, slots=True)
class TaxProfile:
    """How a customer is taxed. `rate` is a fraction (0.19). Invalid ones stop provisioning."""

    id: str
    customer_id: str
    country: str
    tax_id: str
    tax_code: str
    rate: Decimal
    exempt: bool
    valid: bool
    valid_until: date | None
    source: Source


@dataclass(frozen=True, slots=True)
class CustomerAccount:
    """A customer's master record in the books of one legal entity."""

    id: str
    customer_id: str
    legal_entity: str
    name: str
    currency: str
    payment_terms_days: int
    tax_profile_id: str | None
    active: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Vendor:
    """A subcontractor; only `approved` ones may receive purchase orders."""

    id: str
    name: str
    country: str
    currency: str
    approved: bool
    source: Source


class ProjectState(StrEnum):
    """A project's life in the books."""

    PLANNED = "PLANNED"
    ACTIVE = "ACTIVE"
    ON_HOLD = "ON_HOLD"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class WbsElement:
    """A node of the work breakdown with its cost budget; `parent_code` None at the top."""

    code: str
    parent_code: str | None
    name: str
    budget_hours: Decimal
    budget: Money
    actual_cost: Money


@dataclass(frozen=True, slots=True)
class Project:
    """The project's books, joined to the contract by `contract_id` (its external key).

    All amounts are in the contract's currency. `budget` is the planned cost.
    """

    id: str
    contract_id: str
    name: str
    legal_entity: str
    region: str
    customer_account_id: str
    engagement_type: EngagementType
    state: ProjectState
    contract_value: Money
    budget: Money
    actual_cost: Money
    committed_cost: Money
    billed: Money
    recognised_revenue: Money
    start_date: date
    end_date: date
    wbs: tuple[WbsElement, ...]
    source: Source


class RecordState(StrEnum):
    """State of a configured object: live, or withdrawn by cancellation."""

    ACTIVE = "ACTIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class BillingRule:
    """How a project is billed; which optional fields are set follows the engagement type."""

    id: str
    contract_id: str
    project_id: str
    engagement_type: EngagementType
    state: RecordState
    period: Period | None
    cap: Money | None
    fee: Money | None
    retainer_amount: Money | None
    included_hours: Decimal | None
    rollover: bool
    rate_card_id: str | None
    payment_terms_days: int
    source: Source


class BillingLineState(StrEnum):
    """READY may be invoiced; a line tied to a milestone becomes so by acceptance."""

    PLANNED = "PLANNED"
    READY = "READY"
    INVOICED = "INVOICED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class BillingScheduleLine:
    """An amount to be billed on a day, or upon acceptance of the milestone it names."""

    line_id: str
    due_on: date
    amount: Money
    description: str
    state: BillingLineState
    milestone_id: str | None = None
    invoice_id: str | None = None


@dataclass(frozen=True, slots=True)
class BillingSchedule:
    """When a contract's value will be billed; one for each contract."""

    id: str
    contract_id: str
    project_id: str
    state: RecordState
    currency: str
    total: Money
    contract_version: int
    lines: tuple[BillingScheduleLine, ...]
    source: Source


class BillingMilestoneState(StrEnum):
    """RELEASED means accepted, so billable."""

    PENDING = "PENDING"
    RELEASED = "RELEASED"
    INVOICED = "INVOICED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class BillingMilestone:
    """The billing side of a contractual milestone (`milestone_id` is the external key)."""

    id: str
    contract_id: str
    project_id: str
    milestone_id: str
    name: str
    amount: Money
    due_date: date
    acceptance_criteria: tuple[str, ...]
    state: BillingMilestoneState
    released_on: date | None
    invoice_id: str | None
    source: Source


class InvoiceState(StrEnum):
    """An invoice's life; a DISPUTED one waits for its disputes, CREDITED is offset in full."""

    DRAFT = "DRAFT"
    ISSUED = "ISSUED"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    OVERDUE = "OVERDUE"
    DISPUTED = "DISPUTED"
    CREDITED = "CREDITED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """`amount` is `quantity` × `unit_price`, before tax."""

    line_id: str
    description: str
    quantity: Decimal
    unit_price: Money
    amount: Money
    role: str | None = None
    milestone_id: str | None = None
    schedule_line_id: str | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """A bill. total = subtotal + tax; balance = total − paid − credited."""

    id: str
    number: str
    contract_id: str
    project_id: str
    customer_id: str
    legal_entity: str
    region: str
    state: InvoiceState
    issued_on: date | None
    due_on: date | None
    period_start: date | None
    period_end: date | None
    subtotal: Money
    tax: Money
    total: Money
    paid: Money
    credited: Money
    lines: tuple[InvoiceLine, ...]
    source: Source

    @property
    def balance(self) -> Money:
        """What the customer still owes."""
        return self.total - self.paid - self.credited


class DisputeState(StrEnum):
    """CREDITED and UPHELD are final: the customer, or we, were right."""

    OPEN = "OPEN"
    UNDER_REVIEW = "UNDER_REVIEW"
    CREDITED = "CREDITED"
    UPHELD = "UPHELD"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A customer contests an amount of an invoice."""

    id: str
    invoice_id: str
    contract_id: str
    state: DisputeState
    reason: str
    amount: Money
    opened_on: date
    opened_by: str
    resolved_on: date | None
    resolution: str | None
    credit_note_id: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class CreditNote:
    """An amount given back on an invoice."""

    id: str
    number: str
    invoice_id: str
    contract_id: str
    dispute_id: str | None
    amount: Money
    issued_on: date
    reason: str
    source: Source


class RecognitionMethod(StrEnum):
    """When revenue is earned (ASC 606-10-25, IFRS 15.31–45)."""

    INPUT = "INPUT"
    STRAIGHT_LINE = "STRAIGHT_LINE"
    POINT_IN_TIME = "POINT_IN_TIME"


@dataclass(frozen=True, slots=True)
class PerformanceObligation:
    """A distinct promise with its share of the transaction price."""

    obligation_id: str
    description: str
    method: RecognitionMethod
    standalone_price: Money
    allocated_price: Money
    percent_complete: Decimal
    satisfied_on: date | None = None


@dataclass(frozen=True, slots=True)
class RevenueLine:
    """Revenue of one accounting period (its first day); `recognised` once it is posted."""

    line_id: str
    period: date
    amount: Money
    recognised: bool
    obligation_id: str


@dataclass(frozen=True, slots=True)
class RevenueSchedule:
    """How the contract's value becomes revenue; one for each contract."""

    id: str
    contract_id: str
    project_id: str
    state: RecordState
    currency: str
    total: Money
    recognised: Money
    contract_version: int
    obligations: tuple[PerformanceObligation, ...]
    lines: tuple[RevenueLine, ...]
    source: Source


class PurchaseOrderState(StrEnum):
    """A purchase order's life."""

    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A subcontract under a contract's rule (`rule_id` is the external key)."""

    id: str
    contract_id: str
    project_id: str
    rule_id: str
    vendor_id: str
    vendor_name: str
    legal_entity: str
    state: PurchaseOrderState
    limit: Money
    spent: Money
    pass_through: bool
    markup_percent: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """A role's rate as the receiving system knows it."""

    role: str
    rate: Money


@dataclass(frozen=True, slots=True)
class PublishedRateCard:
    """The copy of an approved rate card that ERP or PSA prices with.

    `rate_card_id` is the external key, `rate_card_version` the CLM's token it was copied from.
    """

    id: str
    contract_id: str
    rate_card_id: str
    rate_card_version: str
    region: str
    currency: str
    state: RecordState
    effective_from: date
    effective_to: date | None
    rates: tuple[PublishedRate, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class BillingTotals:
    """What was billed under a contract, summed by the ERP over its invoices, in one currency."""

    contract_id: str
    invoiced: Money
    paid: Money
    credited: Money
    outstanding: Money
    disputed: Money
    draft: Money
    invoice_count: int
    dispute_count: int
