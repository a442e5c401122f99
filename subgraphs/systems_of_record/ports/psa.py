"""What the domains need from professional-services automation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from subgraphs.systems_of_record import drafts, filters
from subgraphs.systems_of_record.ports.feed import ChangeFeed
from subgraphs.systems_of_record.records import erp, psa
from subgraphs.systems_of_record.records.common import Page, PageRequest


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
