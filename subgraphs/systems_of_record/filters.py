"""What lists can be filtered by. A field that is None or empty does not restrict.

Tuples mean "any of these". `regions` and `legal_entities` are also how a caller's claims are
pushed down to the system, so that no row leaves it that the caller may not see: there None
means no bound and an empty tuple means nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from subgraphs.systems_of_record.records.clm import (
    AmendmentKind,
    AmendmentState,
    ContractKind,
    ContractState,
)
from subgraphs.systems_of_record.records.common import EngagementType
from subgraphs.systems_of_record.records.crm import CreditStatus, CustomerStatus, OpportunityStage
from subgraphs.systems_of_record.records.erp import DisputeState, InvoiceState, ProjectState
from subgraphs.systems_of_record.records.psa import Commitment, DeliveryState, EntryState


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """`name_contains` ignores case. Orders: id, name, account_number, modified_at."""

    regions: tuple[str, ...] | None = None
    name_contains: str | None = None
    statuses: tuple[CustomerStatus, ...] = ()
    credit_statuses: tuple[CreditStatus, ...] = ()
    parent_id: str | None = None
    ultimate_parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpportunityFilter:
    """Orders: id, name, close_date, amount."""

    regions: tuple[str, ...] | None = None
    customer_ids: tuple[str, ...] = ()
    stages: tuple[OpportunityStage, ...] = ()
    closes_from: date | None = None
    closes_to: date | None = None


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """Orders: id, number, title, start_date, end_date, total_value, modified_at."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    customer_ids: tuple[str, ...] = ()
    states: tuple[ContractState, ...] = ()
    kinds: tuple[ContractKind, ...] = ()
    engagement_types: tuple[EngagementType, ...] = ()
    currencies: tuple[str, ...] = ()
    title_contains: str | None = None
    lead: str | None = None
    ends_from: date | None = None
    ends_to: date | None = None


@dataclass(frozen=True, slots=True)
class AmendmentFilter:
    """Orders: id, effective_date, modified_at."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    contract_ids: tuple[str, ...] = ()
    states: tuple[AmendmentState, ...] = ()
    kinds: tuple[AmendmentKind, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """Orders: id, name, start_date, end_date, budget, actual_cost, modified_at."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    states: tuple[ProjectState, ...] = ()
    engagement_types: tuple[EngagementType, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """Orders: id, number, issued_on, due_on, total, modified_at."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    contract_ids: tuple[str, ...] = ()
    customer_ids: tuple[str, ...] = ()
    states: tuple[InvoiceState, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    due_before: date | None = None


@dataclass(frozen=True, slots=True)
class DisputeFilter:
    """Orders: id, opened_on, amount."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    contract_ids: tuple[str, ...] = ()
    states: tuple[DisputeState, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryProjectFilter:
    """Orders: id, name, start_date, end_date."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    states: tuple[DeliveryState, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceFilter:
    """Orders: id, name, role."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    roles: tuple[str, ...] = ()
    skill_ids: tuple[str, ...] = ()
    name_contains: str | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """Assignments that overlap the range of dates. Orders: id, start_date, end_date."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    contract_ids: tuple[str, ...] = ()
    resource_ids: tuple[str, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    overlaps_from: date | None = None
    overlaps_to: date | None = None


@dataclass(frozen=True, slots=True)
class TimesheetFilter:
    """Orders: id, worked_on, hours, modified_at."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    contract_ids: tuple[str, ...] = ()
    resource_ids: tuple[str, ...] = ()
    states: tuple[EntryState, ...] = ()
    billable: bool | None = None
    worked_from: date | None = None
    worked_to: date | None = None


@dataclass(frozen=True, slots=True)
class ExpenseFilter:
    """Orders: id, incurred_on, amount."""

    regions: tuple[str, ...] | None = None
    legal_entities: tuple[str, ...] | None = None
    contract_ids: tuple[str, ...] = ()
    resource_ids: tuple[str, ...] = ()
    states: tuple[EntryState, ...] = ()
