"""What billing contributes to an engagement."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Self

import strawberry

from subgraphs.billing.backlog import backlog
from subgraphs.billing.invoices import BillingDocument, CreditNote, Invoice, invoices_of
from subgraphs.billing.references import Contract
from subgraphs.billing.schedules import (
    BillingMilestone,
    BillingRule,
    BillingSchedule,
    RevenueSchedule,
    booked_project,
)
from subgraphs.serving.connection import (
    DEFAULT_PAGE_SIZE,
    Connection,
    connect,
    page_of,
    page_request,
)
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.schema import key_of, required_of
from subgraphs.serving.selection import selects
from subgraphs.serving.values import Money, from_record, money, read_money
from subgraphs.systems_of_record.records import common, erp


@strawberry.type(description="What was billed under a contract, summed by the ERP.")
class BillingTotals:
    invoiced: Money = strawberry.field(description="Issued, tax included.")
    paid: Money = strawberry.field(description="Received from the customer.")
    credited: Money = strawberry.field(description="Given back by credit notes.")
    outstanding: Money = strawberry.field(description="Still owed: invoiced − paid − credited.")
    disputed: Money = strawberry.field(description="Contested by disputes that are not decided.")
    draft: Money = strawberry.field(description="On invoices that are not issued yet.")
    invoice_count: int = strawberry.field(description="How many are issued and not cancelled.")
    dispute_count: int = strawberry.field(description="How many disputes there are.")


@strawberry.type(description="How an engagement is billed.")
class EngagementBilling:
    contract_id: strawberry.Private[str]

    @strawberry.field(description="How it is billed.")
    async def rule(self, info: Info) -> BillingRule | None:
        context = info.context
        found = await context.record(
            context.systems.erp.billing_rules_by_contract, self.contract_id
        )
        return from_record(BillingRule, found) if found else None

    @strawberry.field(description="What will be billed when.")
    async def schedule(self, info: Info) -> BillingSchedule | None:
        context = info.context
        found = await context.record(
            context.systems.erp.billing_schedules_by_contract, self.contract_id
        )
        return from_record(BillingSchedule, found) if found else None

    @strawberry.field(description="When its value becomes revenue.")
    async def revenue_schedule(self, info: Info) -> RevenueSchedule | None:
        context = info.context
        found = await context.record(
            context.systems.erp.revenue_schedules_by_contract, self.contract_id
        )
        return from_record(RevenueSchedule, found) if found else None

    @strawberry.field(description="Its milestones, as the books know them.")
    async def milestones(self, info: Info) -> list[BillingMilestone] | None:
        context = info.context
        found = await context.records(
            context.systems.erp.billing_milestones_by_contract, self.contract_id
        )
        return [from_record(BillingMilestone, each) for each in found]

    @strawberry.field(description="Null as long as nothing was billed.")
    async def totals(self, info: Info) -> BillingTotals | None:
        context = info.context
        fetch = context.systems.erp.billing_totals_by_contract
        found = await context.loaders.one(fetch, self.contract_id)
        return from_record(BillingTotals, found) if found else None

    @strawberry.field(description="Issued invoices and their credit notes, oldest first.")
    async def documents(self, info: Info) -> list[BillingDocument] | None:
        context = info.context
        fetch = context.systems.erp.credit_notes_by_invoice
        # Announced, so that one call reads the notes of all invoices of all engagements, also of
        # those that are listed as invoices.
        with context.loaders.announce(fetch) as invoices:
            records = await _invoices(context, self.contract_id)
            issued = [each for each in records if each.issued_on is not None]
            invoices.update(each.id for each in issued)
        documents: list[BillingDocument] = [Invoice.of(each) for each in issued]
        notes = await asyncio.gather(*(context.records(fetch, each.id) for each in issued))
        documents += [CreditNote.of(each) for group in notes for each in group]
        return sorted(documents, key=lambda each: (str(each.issued_on), each.id))


@strawberry.federation.type(
    keys=["id"], description="The unified view of a statement of work: its id is the contract's."
)
class Engagement:
    id: strawberry.ID
    contract_value: strawberry.Private[common.Money | None] = None

    @classmethod
    async def resolve_reference(cls, context: RequestContext, key: Mapping[str, Any]) -> Self:
        value = read_money(required_of(key, "contract", "totalValue"))
        return cls(id=strawberry.ID(key_of(key)), contract_value=value)

    @strawberry.federation.field(
        external=True, description="The statement of work that it stands for."
    )
    def contract(self) -> Contract | None:
        raise NotImplementedError("external: the engagement subgraph resolves it")

    @strawberry.field(description="Null until it is provisioned.")
    async def billing(self, info: Info) -> EngagementBilling | None:
        project = await booked_project(info.context, self.id)
        return EngagementBilling(contract_id=self.id) if project else None

    @strawberry.federation.field(
        requires=["contract { totalValue { amount currency } }"],
        description="Contracted − recognised revenue; null until it is provisioned.",
    )
    async def backlog(self, info: Info) -> Money | None:
        project = await booked_project(info.context, self.id)
        if project is None or self.contract_value is None:
            return None
        return money(backlog(self.contract_value, project.recognised_revenue))

    @strawberry.field(description="Its invoices, newest first.")
    async def invoices(
        self,
        info: Info,
        states: list[erp.InvoiceState] | None = None,
        first: int = DEFAULT_PAGE_SIZE,
        after: str | None = None,
    ) -> Connection[Invoice] | None:
        request = page_request(info, first, after)
        context = info.context
        if selects(info, "nodes", "creditNotes") or selects(info, "edges", "node", "creditNotes"):
            announced: AbstractContextManager[set[str]] = context.loaders.announce(
                context.systems.erp.credit_notes_by_invoice
            )
        else:
            announced = nullcontext(set[str]())
        with announced as invoices:
            found = await _invoices(context, self.id)
            wanted = [each for each in found if states is None or each.state in states]
            page = page_of(wanted, _newest_last, request, descending=True)
            invoices.update(each.id for each in page.items)
        return await connect(page, request, Invoice.of)


async def _invoices(context: RequestContext, contract_id: str) -> list[erp.Invoice]:
    fetch = context.systems.erp.invoices_by_contract
    return invoices_of(context, await context.loaders.many(fetch, contract_id))


def _newest_last(invoice: erp.Invoice) -> str:
    # A draft has no day yet: it is the newest.
    return invoice.issued_on.isoformat() if invoice.issued_on else "9999-12-31"
