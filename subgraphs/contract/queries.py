"""Entry points of the contract subgraph."""

from __future__ import annotations

import strawberry

from subgraphs.contract.contracts import Amendment, Contract
from subgraphs.contract.customers import Customer, Opportunity
from subgraphs.contract.filters import (
    AmendmentFilterInput,
    AmendmentOrder,
    ContractFilterInput,
    ContractOrder,
    CustomerFilterInput,
    CustomerOrder,
    OpportunityFilterInput,
    OpportunityOrder,
)
from subgraphs.serving.connection import (
    DEFAULT_PAGE_SIZE,
    Connection,
    connect,
    page_request,
)
from subgraphs.serving.context import Info
from subgraphs.serving.filtering import narrow, read_page
from subgraphs.systems_of_record import filters


@strawberry.type
class Query:
    @strawberry.field(description="A contract by its id; null where the caller may not see it.")
    async def contract(self, info: Info, id: strawberry.ID) -> Contract | None:
        return await Contract.load(info.context, id)

    @strawberry.field(description="Contracts of the caller's regions and legal entities.")
    async def contracts(
        self,
        info: Info,
        filter: ContractFilterInput | None = None,
        order_by: ContractOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Contract] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.ContractFilter, filter, context.scope)
        page = read_page(context.systems.clm.list_contracts, where, request)
        return await connect(page, request, Contract.of)

    @strawberry.field(
        description="An amendment; null if it does not exist or is out of the caller's scope."
    )
    async def amendment(self, info: Info, id: strawberry.ID) -> Amendment | None:
        return await Amendment.resolve_reference(info.context, {"id": id})

    @strawberry.field(
        description="Amendments of contracts of the caller's regions and legal entities."
    )
    async def amendments(
        self,
        info: Info,
        filter: AmendmentFilterInput | None = None,
        order_by: AmendmentOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Amendment] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.AmendmentFilter, filter, context.scope)
        page = read_page(context.systems.clm.list_amendments, where, request)
        return await connect(page, request, Amendment.of)

    @strawberry.field(
        description="A customer; null if it does not exist or is out of the caller's scope."
    )
    async def customer(self, info: Info, id: strawberry.ID) -> Customer | None:
        return await Customer.load(info.context, id)

    @strawberry.field(description="The customers of the caller's regions.")
    async def customers(
        self,
        info: Info,
        filter: CustomerFilterInput | None = None,
        order_by: CustomerOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Customer] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.CustomerFilter, filter, context.scope)
        page = read_page(context.systems.crm.list_customers, where, request)
        return await connect(page, request, Customer.of)

    @strawberry.field(description="Possible sales of the caller's regions.")
    async def opportunities(
        self,
        info: Info,
        filter: OpportunityFilterInput | None = None,
        order_by: OpportunityOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Opportunity] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.OpportunityFilter, filter, context.scope)
        page = read_page(context.systems.crm.list_opportunities, where, request)
        return await connect(page, request, Opportunity.of)
