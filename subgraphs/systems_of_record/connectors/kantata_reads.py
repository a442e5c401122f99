"""The reading half of the PSA port."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from subgraphs.systems_of_record import filters
from subgraphs.systems_of_record.connectors import kantata
from subgraphs.systems_of_record.connectors.feeding import change_page, start_of
from subgraphs.systems_of_record.connectors.kantata import CODEC, Kantata
from subgraphs.systems_of_record.connectors.searching import (
    KEYS_PER_CALL,
    NOTHING,
    between,
    compared,
    decoded,
    one_of,
    out_of_reach,
)
from subgraphs.systems_of_record.query.predicates import Contains, Or
from subgraphs.systems_of_record.records import erp, psa
from subgraphs.systems_of_record.records.common import ChangePage, Page, PageRequest, System


class KantataReads:
    """What can be asked. Every method does as the port says."""

    _psa: Kantata

    async def ping(self) -> None:
        """See the port."""
        await self._psa.get("ping", "subscribed_events", [("per_page", "1")])

    async def changes(self, after: str | None, limit: int = 200) -> ChangePage:
        """See the port."""
        start = start_of(System.PSA, after)
        params = [("after", start), ("per_page", str(limit))]
        body = await self._psa.get("changes", "subscribed_events", params)

        def read(found: Any) -> ChangePage:
            return change_page(System.PSA, found["events"], start, limit)

        return decoded(System.PSA, "changes", read, body)

    async def delivery_projects(self, ids: Sequence[str]) -> Mapping[str, psa.DeliveryProject]:
        """See the port."""
        return await self._psa.searcher.by_id(kantata.PROJECT, ids)

    async def delivery_projects_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, psa.DeliveryProject]:
        """See the port."""
        return await self._psa.searcher.one_each(
            kantata.PROJECT, "contract_id", "contract_id", contract_ids
        )

    async def list_delivery_projects(
        self, where: filters.DeliveryProjectFilter, page: PageRequest
    ) -> Page[psa.DeliveryProject]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        conditions = (
            one_of("region", where.regions),
            one_of("legal_entity", where.legal_entities),
            one_of("state", where.states),
        )
        return await self._psa.searcher.page(kantata.PROJECT, conditions, page)

    async def tasks(self, ids: Sequence[str]) -> Mapping[str, psa.Task]:
        """See the port."""
        return await self._psa.searcher.by_id(kantata.TASK, ids)

    async def tasks_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.Task, ...]]:
        """See the port."""
        return await self._many(kantata.TASK, contract_ids)

    async def skills(self, ids: Sequence[str] = ()) -> Mapping[str, psa.Skill]:
        """See the port."""
        if ids:
            return await self._psa.searcher.by_id(kantata.SKILL, ids)
        return await self._psa.searcher.everything(kantata.SKILL)

    async def resources(self, ids: Sequence[str]) -> Mapping[str, psa.Resource]:
        """See the port."""
        return await self._psa.searcher.by_id(kantata.RESOURCE, ids)

    async def resources_by_subject(self, subjects: Sequence[str]) -> Mapping[str, psa.Resource]:
        """See the port."""
        return await self._psa.searcher.one_each(kantata.RESOURCE, "subject", "subject", subjects)

    async def list_resources(
        self, where: filters.ResourceFilter, page: PageRequest
    ) -> Page[psa.Resource]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        # The resource keeps its skills as one text, in which each id stands between commas.
        skills = tuple(Contains("skill_list", f",{id},") for id in where.skill_ids)
        conditions = (
            one_of("region", where.regions),
            one_of("legal_entity", where.legal_entities),
            one_of("role", where.roles),
            compared("active", "=", where.active),
            Contains("name", where.name_contains) if where.name_contains else None,
            Or(skills) if skills else None,
        )
        return await self._psa.searcher.page(kantata.RESOURCE, conditions, page)

    async def assignments(self, ids: Sequence[str]) -> Mapping[str, psa.Assignment]:
        """See the port."""
        return await self._psa.searcher.by_id(kantata.ASSIGNMENT, ids)

    async def assignments_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.Assignment, ...]]:
        """See the port."""
        return await self._many(kantata.ASSIGNMENT, contract_ids)

    async def assignments_by_resource(
        self, resource_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.Assignment, ...]]:
        """See the port."""
        return await self._psa.searcher.many_each(
            kantata.ASSIGNMENT, "resource_id", "resource_id", resource_ids
        )

    async def list_assignments(
        self, where: filters.AssignmentFilter, page: PageRequest
    ) -> Page[psa.Assignment]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        conditions = (
            *_scope(where.regions, where.legal_entities),
            one_of("contract_id", where.contract_ids),
            one_of("resource_id", where.resource_ids),
            one_of("commitment", where.commitments),
            compared("end_date", ">=", where.overlaps_from),
            compared("start_date", "<=", where.overlaps_to),
        )
        return await self._psa.searcher.page(kantata.ASSIGNMENT, conditions, page)

    async def capacity_plans_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, psa.CapacityPlan]:
        """See the port."""
        return await self._psa.searcher.one_each(
            kantata.CAPACITY_PLAN, "contract_id", "contract_id", contract_ids
        )

    async def timesheet_entries(self, ids: Sequence[str]) -> Mapping[str, psa.TimesheetEntry]:
        """See the port."""
        return await self._psa.searcher.by_id(kantata.TIME_ENTRY, ids)

    async def list_timesheet_entries(
        self, where: filters.TimesheetFilter, page: PageRequest
    ) -> Page[psa.TimesheetEntry]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        conditions = (
            *_scope(where.regions, where.legal_entities),
            one_of("contract_id", where.contract_ids),
            one_of("resource_id", where.resource_ids),
            one_of("state", where.states),
            compared("billable", "=", where.billable),
            *between("worked_on", where.worked_from, where.worked_to),
        )
        return await self._psa.searcher.page(kantata.TIME_ENTRY, conditions, page)

    async def time_totals_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, psa.TimeTotals]:
        """See the port."""
        ids = list(dict.fromkeys(contract_ids))
        chunks = [ids[i : i + KEYS_PER_CALL] for i in range(0, len(ids), KEYS_PER_CALL)]
        bodies = await asyncio.gather(
            *(
                self._psa.get("time totals", "time_totals", [("contract_id[]", id) for id in chunk])
                for chunk in chunks
            )
        )

        def read(body: Any) -> list[psa.TimeTotals]:
            return [CODEC.decode(psa.TimeTotals, row) for row in body["time_totals"]]

        found = [decoded(System.PSA, "time totals", read, body) for body in bodies]
        return {total.contract_id: total for totals in found for total in totals}

    async def expenses(self, ids: Sequence[str]) -> Mapping[str, psa.Expense]:
        """See the port."""
        return await self._psa.searcher.by_id(kantata.EXPENSE, ids)

    async def expenses_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.Expense, ...]]:
        """See the port."""
        return await self._many(kantata.EXPENSE, contract_ids)

    async def list_expenses(
        self, where: filters.ExpenseFilter, page: PageRequest
    ) -> Page[psa.Expense]:
        """See the port."""
        if out_of_reach(where.regions, where.legal_entities):
            return NOTHING
        conditions = (
            *_scope(where.regions, where.legal_entities),
            one_of("contract_id", where.contract_ids),
            one_of("resource_id", where.resource_ids),
            one_of("state", where.states),
        )
        return await self._psa.searcher.page(kantata.EXPENSE, conditions, page)

    async def acceptances_by_milestone(
        self, milestone_ids: Sequence[str]
    ) -> Mapping[str, psa.MilestoneAcceptance]:
        """See the port."""
        return await self._psa.searcher.one_each(
            kantata.ACCEPTANCE, "milestone_id", "milestone_id", milestone_ids
        )

    async def acceptances_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[psa.MilestoneAcceptance, ...]]:
        """See the port."""
        return await self._many(kantata.ACCEPTANCE, contract_ids)

    async def published_rate_cards_by_contract(
        self, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[erp.PublishedRateCard, ...]]:
        """See the port."""
        return await self._many(kantata.RATE_CARD, contract_ids)

    async def _many(
        self, entity: Any, contract_ids: Sequence[str]
    ) -> Mapping[str, tuple[Any, ...]]:
        return await self._psa.searcher.many_each(
            entity, "contract_id", "contract_id", contract_ids
        )


def _scope(regions: Sequence[str] | None, legal_entities: Sequence[str] | None) -> tuple[Any, Any]:
    return one_of("region", regions), one_of("legal_entity", legal_entities)
