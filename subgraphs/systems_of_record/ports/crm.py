"""What the domains need from a CRM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from subgraphs.systems_of_record import filters
from subgraphs.systems_of_record.ports.feed import ChangeFeed
from subgraphs.systems_of_record.records import crm
from subgraphs.systems_of_record.records.common import Page, PageRequest


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
