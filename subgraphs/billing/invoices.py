"""Invoices, disputes and credit notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from subgraphs.billing.parties import Customer, LegalEntity
from subgraphs.billing.references import Contract, Project
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.schema import key_of
from subgraphs.serving.values import Money, SourceRecord, from_record, money
from subgraphs.systems_of_record.records import common, erp

if TYPE_CHECKING:
    from subgraphs.billing.engagements import Engagement


LazyEngagement = Annotated["Engagement", strawberry.lazy("subgraphs.billing.engagements")]


@strawberry.interface(description="A document that claims money from a customer, or gives it back.")
class BillingDocument:
    id: strawberry.ID
    number: str
    issued_on: date | None = strawberry.field(description="Null for a draft.")

    @strawberry.field(description="What it adds to the customer's debt: negative for a credit.")
    def amount_due(self) -> Money:
        raise NotImplementedError("each kind of document knows its own")


@strawberry.type(description="amount = quantity × unit price, before tax.")
class InvoiceLine:
    line_id: strawberry.ID
    description: str
    quantity: Decimal
    unit_price: Money
    amount: Money
    role: str | None
    milestone_id: strawberry.ID | None
    schedule_line_id: strawberry.ID | None


@strawberry.federation.type(
    keys=["id"], description="A bill: total = subtotal + tax; balance = total − paid − credited."
)
class Invoice(SourceRecord, BillingDocument):
    state: erp.InvoiceState
    region: str
    due_on: date | None
    period_start: date | None
    period_end: date | None
    subtotal: Money
    tax: Money
    total: Money
    paid: Money
    credited: Money
    balance: Money
    lines: list[InvoiceLine]
    contract_id: strawberry.Private[str]
    project_id: strawberry.Private[str]
    customer_id: strawberry.Private[str]
    legal_entity_code: strawberry.Private[str]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        return await cls.load(context, key_of(key))

    @classmethod
    async def load(cls, context: RequestContext, id: str | None) -> Self | None:
        """The invoice, or None if absent or out of scope."""
        found = await context.record(context.systems.erp.invoices, id, visible=context.scope.covers)
        return cls.of(found) if found else None

    @classmethod
    def of(cls, record: erp.Invoice) -> Self:
        """The graph's invoice of a record."""
        return from_record(cls, record, legal_entity_code=record.legal_entity)

    @strawberry.field
    def amount_due(self) -> Money:
        return self.total

    @strawberry.field
    def contract(self) -> Contract:
        return Contract(id=strawberry.ID(self.contract_id))

    @strawberry.field
    def engagement(self) -> LazyEngagement:
        from subgraphs.billing.engagements import Engagement

        return Engagement(id=strawberry.ID(self.contract_id))

    @strawberry.field
    def project(self) -> Project:
        return Project(id=strawberry.ID(self.project_id))

    @strawberry.field
    def customer(self) -> Customer:
        return Customer(id=strawberry.ID(self.customer_id))

    @strawberry.field
    async def legal_entity(self, info: Info) -> LegalEntity | None:
        return await LegalEntity.load(info.context, self.legal_entity_code)

    @strawberry.field
    async def disputes(self, info: Info) -> list[Dispute] | None:
        context = info.context
        found = await context.records(context.systems.erp.disputes_by_invoice, self.id)
        return [from_record(Dispute, each) for each in found]

    @strawberry.field
    async def credit_notes(self, info: Info) -> list[CreditNote] | None:
        context = info.context
        found = await context.records(context.systems.erp.credit_notes_by_invoice, self.id)
        return [CreditNote.of(each) for each in found]


@strawberry.federation.type(keys=["id"], description="A customer contests an amount.")
class Dispute(SourceRecord):
    state: erp.DisputeState
    reason: str
    amount: Money
    opened_on: date
    opened_by: str
    resolved_on: date | None
    resolution: str | None
    invoice_id: strawberry.Private[str]
    contract_id: strawberry.Private[str]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.loaders.one(context.systems.erp.disputes, key_of(key))
        if found is None or await Invoice.load(context, found.invoice_id) is None:
            return None
        return from_record(cls, found)

    @strawberry.field
    async def invoice(self, info: Info) -> Invoice | None:
        return await Invoice.load(info.context, self.invoice_id)

    @strawberry.field
    def contract(self) -> Contract:
        return Contract(id=strawberry.ID(self.contract_id))


@strawberry.type(description="An amount given back on an invoice.")
class CreditNote(SourceRecord, BillingDocument):
    amount: Money
    reason: str
    invoice_id: strawberry.Private[str]
    credited: strawberry.Private[common.Money]

    @classmethod
    def of(cls, record: erp.CreditNote) -> Self:
        """The graph's credit note of a record."""
        return from_record(cls, record, credited=record.amount)

    @strawberry.field
    def amount_due(self) -> Money:
        return money(-self.credited)

    @strawberry.field
    async def invoice(self, info: Info) -> Invoice | None:
        return await Invoice.load(info.context, self.invoice_id)


def invoices_of(context: RequestContext, records: Iterable[erp.Invoice]) -> list[erp.Invoice]:
    """Those invoices that the caller may see."""
    return [each for each in records if context.scope.covers(each)]
