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
    line_id: strawberry.ID = strawberry.field(description="Its id within the invoice.")
    description: str = strawberry.field(description="What is billed.")
    quantity: Decimal = strawberry.field(description="Hours for time, 1 for anything else.")
    unit_price: Money = strawberry.field(description="The price of one, before tax.")
    amount: Money = strawberry.field(description="Quantity × unit price, before tax.")
    role: str | None = strawberry.field(
        description="The role whose hours are billed; null for anything else."
    )
    milestone_id: strawberry.ID | None = strawberry.field(
        description="The milestone that is billed, if one is."
    )
    schedule_line_id: strawberry.ID | None = strawberry.field(
        description="The line of the billing schedule that is billed, if one is."
    )


@strawberry.federation.type(
    keys=["id"], description="A bill: total = subtotal + tax; balance = total − paid − credited."
)
class Invoice(SourceRecord, BillingDocument):
    state: erp.InvoiceState
    region: str = strawberry.field(description="The region of its contract: EMEA, AMER or APAC.")
    due_on: date | None = strawberry.field(
        description="The day by which it should be paid; null for a draft."
    )
    period_start: date | None = strawberry.field(
        description="The first day that it bills; null where it bills no period."
    )
    period_end: date | None = strawberry.field(
        description="The last day that it bills, included; null where it bills no period."
    )
    subtotal: Money = strawberry.field(description="The sum of its lines, before tax.")
    tax: Money = strawberry.field(description="The tax on it.")
    total: Money = strawberry.field(description="Subtotal and tax.")
    paid: Money = strawberry.field(description="Received from the customer.")
    credited: Money = strawberry.field(description="Given back by credit notes.")
    balance: Money = strawberry.field(description="What the customer still owes.")
    lines: list[InvoiceLine] = strawberry.field(description="What is billed.")
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

    @strawberry.field(description="What it adds to the customer's debt: its total.")
    def amount_due(self) -> Money:
        return self.total

    @strawberry.field(description="The contract that it bills.")
    def contract(self) -> Contract:
        return Contract(id=strawberry.ID(self.contract_id))

    @strawberry.field(description="The engagement that it bills.")
    def engagement(self) -> LazyEngagement:
        from subgraphs.billing.engagements import Engagement

        return Engagement(id=strawberry.ID(self.contract_id))

    @strawberry.field(description="The project that it belongs to.")
    def project(self) -> Project:
        return Project(id=strawberry.ID(self.project_id))

    @strawberry.field(description="Who pays.")
    def customer(self) -> Customer:
        return Customer(id=strawberry.ID(self.customer_id))

    @strawberry.field(
        description="The company that invoices; null where the caller may not see it."
    )
    async def legal_entity(self, info: Info) -> LegalEntity | None:
        return await LegalEntity.load(info.context, self.legal_entity_code)

    @strawberry.field(description="What the customer contests of it.")
    async def disputes(self, info: Info) -> list[Dispute] | None:
        context = info.context
        found = await context.records(context.systems.erp.disputes_by_invoice, self.id)
        return [from_record(Dispute, each) for each in found]

    @strawberry.field(description="What was given back on it.")
    async def credit_notes(self, info: Info) -> list[CreditNote] | None:
        context = info.context
        found = await context.records(context.systems.erp.credit_notes_by_invoice, self.id)
        return [CreditNote.of(each) for each in found]


@strawberry.federation.type(keys=["id"], description="A customer contests an amount.")
class Dispute(SourceRecord):
    state: erp.DisputeState
    reason: str = strawberry.field(description="Why the customer contests it.")
    amount: Money = strawberry.field(description="What is contested, tax included.")
    opened_on: date = strawberry.field(description="The day on which it was opened.")
    opened_by: str = strawberry.field(description="Who opened it.")
    resolved_on: date | None = strawberry.field(
        description="The day of its decision; null until then."
    )
    resolution: str | None = strawberry.field(description="How it was decided; null until then.")
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

    @strawberry.field(description="The invoice that is contested.")
    async def invoice(self, info: Info) -> Invoice | None:
        return await Invoice.load(info.context, self.invoice_id)

    @strawberry.field
    def contract(self) -> Contract:
        return Contract(id=strawberry.ID(self.contract_id))


@strawberry.type(description="An amount given back on an invoice.")
class CreditNote(SourceRecord, BillingDocument):
    amount: Money = strawberry.field(description="What is given back, tax included.")
    reason: str = strawberry.field(description="Why it was given.")
    invoice_id: strawberry.Private[str]
    credited: strawberry.Private[common.Money]

    @classmethod
    def of(cls, record: erp.CreditNote) -> Self:
        """The graph's credit note of a record."""
        return from_record(cls, record, credited=record.amount)

    @strawberry.field(description="What it adds to the debt: its amount, negative.")
    def amount_due(self) -> Money:
        return money(-self.credited)

    @strawberry.field(description="The invoice that it reduces.")
    async def invoice(self, info: Info) -> Invoice | None:
        return await Invoice.load(info.context, self.invoice_id)


def invoices_of(context: RequestContext, records: Iterable[erp.Invoice]) -> list[erp.Invoice]:
    """Those invoices that the caller may see."""
    return [each for each in records if context.scope.covers(each)]
