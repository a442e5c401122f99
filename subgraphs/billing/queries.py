"""Entry points of the billing subgraph."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from enum import Enum

import strawberry

from subgraphs.billing.invoices import Dispute, Invoice
from subgraphs.billing.parties import LegalEntity
from subgraphs.serving.connection import (
    DEFAULT_PAGE_SIZE,
    Connection,
    OrderDirection,
    connect,
    page_request,
)
from subgraphs.serving.context import Info
from subgraphs.serving.filtering import narrow, read_page
from subgraphs.serving.values import SourceRecord, from_record
from subgraphs.systems_of_record import filters
from subgraphs.systems_of_record.records import erp


@strawberry.input(name="InvoiceFilter")
class InvoiceFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    contract_ids: list[strawberry.ID] | None = None
    customer_ids: list[strawberry.ID] | None = None
    states: list[erp.InvoiceState] | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    due_before: date | None = None


@strawberry.enum
class InvoiceOrderField(Enum):
    ID = "id"
    NUMBER = "number"
    ISSUED_ON = "issued_on"
    DUE_ON = "due_on"
    TOTAL = "total"
    MODIFIED_AT = "modified_at"


@strawberry.input
class InvoiceOrder:
    field: InvoiceOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(name="DisputeFilter")
class DisputeFilterInput:
    regions: list[str] | None = None
    legal_entities: list[str] | None = None
    contract_ids: list[strawberry.ID] | None = None
    states: list[erp.DisputeState] | None = None


@strawberry.enum
class DisputeOrderField(Enum):
    ID = "id"
    OPENED_ON = "opened_on"
    AMOUNT = "amount"


@strawberry.input
class DisputeOrder:
    field: DisputeOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.type(description="One unit of `base` is `rate` units of `quote`.")
class FxRate(SourceRecord):
    base: str = strawberry.field(description="ISO 4217 code of the currency that is converted.")
    quote: str = strawberry.field(
        description="ISO 4217 code of the currency that it is converted into."
    )
    rate: Decimal = strawberry.field(description="Units of `quote` for one of `base`.")
    effective_on: date = strawberry.field(description="The first day on which it applies.")


@strawberry.type
class Query:
    @strawberry.field(description="An invoice by its id; null where the caller may not see it.")
    async def invoice(self, info: Info, id: strawberry.ID) -> Invoice | None:
        return await Invoice.load(info.context, id)

    @strawberry.field(description="Invoices of the caller's regions and legal entities.")
    async def invoices(
        self,
        info: Info,
        filter: InvoiceFilterInput | None = None,
        order_by: InvoiceOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Invoice] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.InvoiceFilter, filter, context.scope)
        page = read_page(context.systems.erp.list_invoices, where, request)
        return await connect(page, request, Invoice.of)

    @strawberry.field(
        description="A dispute; null if it does not exist or is out of the caller's scope."
    )
    async def dispute(self, info: Info, id: strawberry.ID) -> Dispute | None:
        return await Dispute.resolve_reference(info.context, {"id": id})

    @strawberry.field(
        description="Disputes over invoices of the caller's regions and legal entities."
    )
    async def disputes(
        self,
        info: Info,
        filter: DisputeFilterInput | None = None,
        order_by: DisputeOrder | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Dispute] | None:
        context, request = info.context, page_request(info, first, after, order_by)
        where = narrow(filters.DisputeFilter, filter, context.scope)
        page = read_page(context.systems.erp.list_disputes, where, request)
        return await connect(page, request, lambda each: from_record(Dispute, each))

    @strawberry.field(description="The firm's companies that the caller's claims cover.")
    async def legal_entities(self, info: Info) -> list[LegalEntity] | None:
        context = info.context
        known = sorted(await context.systems.erp.legal_entities())
        found = await asyncio.gather(*(LegalEntity.load(context, each) for each in known))
        return [each for each in found if each is not None]

    @strawberry.field(description="The rates into a currency that are in force on a day.")
    async def fx_rates(self, info: Info, quote: str, on: date) -> list[FxRate] | None:
        context = info.context
        if not context.caller.authenticated:
            return []
        found = await context.systems.erp.fx_rates(quote, on)
        return [from_record(FxRate, each) for _, each in sorted(found.items())]
