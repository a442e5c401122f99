"""What professional-services automation owns: delivery plans, people, time and expenses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from subgraphs.systems_of_record.records.common import Money, Source


class DeliveryState(StrEnum):
    """Where a delivery project, workstream or task stands."""

    PLANNED = "PLANNED"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Workstream:
    """A part of a delivery project. `progress` is 0–100."""

    id: str
    name: str
    sequence: int
    state: DeliveryState
    start_date: date
    end_date: date
    planned_hours: Decimal
    progress: Decimal


@dataclass(frozen=True, slots=True)
class DeliveryProject:
    """The engagement's delivery plan, joined to the contract by `contract_id`.

    `project_id` is the ERP's project. Hours include all entries but rejected ones.
    """

    id: str
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
    actual_hours: Decimal
    progress: Decimal
    workstreams: tuple[Workstream, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work inside a workstream; time is booked on it."""

    id: str
    contract_id: str
    delivery_project_id: str
    workstream_id: str
    name: str
    state: DeliveryState
    start_date: date
    end_date: date
    planned_hours: Decimal
    actual_hours: Decimal
    progress: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class Skill:
    """Something a person can do."""

    id: str
    name: str
    category: str
    source: Source


@dataclass(frozen=True, slots=True)
class ResourceSkill:
    """A person's command of a skill; `level` is 1–5."""

    skill_id: str
    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Resource:
    """A person who delivers. `cost_rate` is an hour's cost to the firm: confidential.

    `subject` is the person's identity (the caller's subject); `vendor_id` is set for
    subcontractors.
    """

    id: str
    subject: str
    name: str
    email: str
    role: str
    region: str
    legal_entity: str
    active: bool
    weekly_hours: Decimal
    cost_rate: Money
    vendor_id: str | None
    skills: tuple[ResourceSkill, ...]
    source: Source


class Commitment(StrEnum):
    """SOFT assignments are proposals, HARD ones are booked."""

    SOFT = "SOFT"
    HARD = "HARD"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person's share of working time (`percent`, 0–100) on an engagement in a role."""

    id: str
    resource_id: str
    contract_id: str
    delivery_project_id: str
    role: str
    percent: Decimal
    commitment: Commitment
    start_date: date
    end_date: date
    source: Source


class PlanState(StrEnum):
    """State of a capacity plan."""

    ACTIVE = "ACTIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class CapacityLine:
    """Hours of a role needed in a month (its first day)."""

    role: str
    month: date
    hours: Decimal


@dataclass(frozen=True, slots=True)
class CapacityPlan:
    """The demand for people that an engagement makes; one for each contract."""

    id: str
    contract_id: str
    delivery_project_id: str
    state: PlanState
    contract_version: int
    lines: tuple[CapacityLine, ...]
    source: Source


class EntryState(StrEnum):
    """State of a timesheet entry or expense. Only APPROVED ones may be invoiced."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    INVOICED = "INVOICED"


@dataclass(frozen=True, slots=True)
class TimesheetEntry:
    """Hours of a person on a day. `bill_rate` and `cost_rate` are an hour's, as of that day."""

    id: str
    resource_id: str
    contract_id: str
    delivery_project_id: str
    task_id: str | None
    role: str
    worked_on: date
    hours: Decimal
    billable: bool
    state: EntryState
    bill_rate: Money
    cost_rate: Money
    note: str
    approved_by: str | None
    invoice_id: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Expense:
    """Money spent for an engagement."""

    id: str
    resource_id: str
    contract_id: str
    delivery_project_id: str
    category: str
    amount: Money
    incurred_on: date
    billable: bool
    state: EntryState
    description: str
    approved_by: str | None
    invoice_id: str | None
    source: Source


class AcceptanceState(StrEnum):
    """Whether the customer accepted a milestone."""

    PENDING = "PENDING"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class MilestoneAcceptance:
    """The acceptance of a contractual milestone (`milestone_id` is the external key)."""

    id: str
    milestone_id: str
    contract_id: str
    state: AcceptanceState
    decided_by: str | None
    decided_on: date | None
    evidence: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class TimeTotals:
    """Time under a contract as the PSA sums it, in the contract's currency.

    `billable_value` prices approved and invoiced billable hours; `unbilled_value` the approved
    ones among them that no invoice carries yet; `cost` all hours but the rejected ones.
    """

    contract_id: str
    hours: Decimal
    billable_hours: Decimal
    billable_value: Money
    unbilled_hours: Decimal
    unbilled_value: Money
    submitted_hours: Decimal
    cost: Money
    expenses: Money
