"""Time and expenses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

import strawberry

from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.schema import key_of
from subgraphs.serving.values import Money, SourceRecord, from_record, money
from subgraphs.staffing.access import may_see_work, require_cost
from subgraphs.staffing.references import Invoice
from subgraphs.staffing.resources import LazyEngagement, Resource
from subgraphs.systems_of_record.records import psa


@strawberry.federation.type(keys=["id"], description="Hours of a person on a day.")
class TimesheetEntry(SourceRecord):
    role: str = strawberry.field(
        description="The role in which the hours were worked, as rate cards name it."
    )
    worked_on: date = strawberry.field(description="The day.")
    hours: Decimal = strawberry.field(description="How many hours.")
    billable: bool
    state: psa.EntryState
    bill_rate: Money = strawberry.field(description="An hour's price, as of that day.")
    note: str = strawberry.field(description="What was done.")
    approved_by: str | None
    task_id: strawberry.ID | None = strawberry.field(
        description="The task that the hours were booked on; null if on none."
    )
    resource_id: strawberry.Private[str]
    contract_id: strawberry.Private[str]
    invoice_id: strawberry.Private[str | None]
    record: strawberry.Private[psa.TimesheetEntry]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.loaders.one(context.systems.psa.timesheet_entries, key_of(key))
        if found is None or not await may_see_work(context, found.contract_id, found.resource_id):
            return None
        return cls.of(found)

    @classmethod
    def of(cls, record: psa.TimesheetEntry) -> Self:
        """The graph's entry of a record."""
        return from_record(cls, record, record=record)

    @strawberry.field(description="An hour's cost to the firm, as of that day. Confidential.")
    async def cost_rate(self, info: Info) -> Money | None:
        await require_cost(info.context, self.contract_id)
        return money(self.record.cost_rate)

    @strawberry.field(description="Who worked; null where the caller may not see them.")
    async def resource(self, info: Info) -> Resource | None:
        return await Resource.load(info.context, self.resource_id)

    @strawberry.field
    def engagement(self) -> LazyEngagement:
        from subgraphs.staffing.engagements import Engagement

        return Engagement(id=strawberry.ID(self.contract_id))

    @strawberry.field(description="The invoice that bills it.")
    def invoice(self) -> Invoice | None:
        return Invoice(id=strawberry.ID(self.invoice_id)) if self.invoice_id else None


@strawberry.federation.type(keys=["id"], description="Money spent for an engagement.")
class Expense(SourceRecord):
    category: str = strawberry.field(description="Such as travel or accommodation.")
    amount: Money = strawberry.field(description="What was spent.")
    incurred_on: date = strawberry.field(description="The day on which it was spent.")
    billable: bool
    state: psa.EntryState
    description: str = strawberry.field(description="What it was spent on.")
    approved_by: str | None
    resource_id: strawberry.Private[str]
    contract_id: strawberry.Private[str]
    invoice_id: strawberry.Private[str | None]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.loaders.one(context.systems.psa.expenses, key_of(key))
        if found is None or not await may_see_work(context, found.contract_id, found.resource_id):
            return None
        return from_record(cls, found)

    @strawberry.field(description="Who spent it; null where the caller may not see them.")
    async def resource(self, info: Info) -> Resource | None:
        return await Resource.load(info.context, self.resource_id)

    @strawberry.field
    def engagement(self) -> LazyEngagement:
        from subgraphs.staffing.engagements import Engagement

        return Engagement(id=strawberry.ID(self.contract_id))

    @strawberry.field(description="The invoice that bills it.")
    def invoice(self) -> Invoice | None:
        return Invoice(id=strawberry.ID(self.invoice_id)) if self.invoice_id else None
