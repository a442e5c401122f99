"""How and when a contract's value is billed, and becomes revenue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

import strawberry

from subgraphs.billing.invoices import Invoice
from subgraphs.billing.references import Contract
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.schema import key_of, required_of
from subgraphs.serving.values import Money, SourceRecord, from_record
from subgraphs.systems_of_record.records import common, erp


@strawberry.type(description="How a project is billed; what is set follows the engagement type.")
class BillingRule(SourceRecord):
    engagement_type: common.EngagementType = strawberry.field(
        description="How the customer is charged; it decides which of the fields below are set."
    )
    state: erp.RecordState
    period: common.Period | None = strawberry.field(
        description="The rhythm of billing, where it recurs."
    )
    cap: Money | None = strawberry.field(
        description="Time and materials: what must never be exceeded."
    )
    fee: Money | None = strawberry.field(description="Fixed fee: the price of the whole.")
    retainer_amount: Money | None = strawberry.field(
        description="Retainer: the amount of a period."
    )
    included_hours: Decimal | None = strawberry.field(
        description="Retainer: hours that a period's amount covers."
    )
    rollover: bool = strawberry.field(
        description="Retainer: whether unused hours pass into the next period."
    )
    rate_card_id: strawberry.ID | None = strawberry.field(
        description="Time and materials: the rate card that hours are priced with."
    )
    payment_terms_days: int


@strawberry.type(description="An amount to be billed on a day, or when a milestone is accepted.")
class BillingScheduleLine:
    line_id: strawberry.ID = strawberry.field(description="Its id within the schedule.")
    due_on: date = strawberry.field(
        description="The day on which it becomes billable, if no milestone decides."
    )
    amount: Money = strawberry.field(description="Before tax.")
    description: str = strawberry.field(description="What the invoice will say.")
    state: erp.BillingLineState
    milestone_id: strawberry.ID | None = strawberry.field(
        description="The milestone whose acceptance makes it billable; null if the day alone does."
    )
    invoice_id: strawberry.Private[str | None]

    @strawberry.field(description="The invoice that bills it.")
    async def invoice(self, info: Info) -> Invoice | None:
        return await Invoice.load(info.context, self.invoice_id)


@strawberry.type(description="When a contract's value will be billed.")
class BillingSchedule(SourceRecord):
    state: erp.RecordState
    currency: str
    total: Money = strawberry.field(description="The value that is billed.")
    contract_version: int = strawberry.field(description="The version it was made from.")
    lines: list[BillingScheduleLine] = strawberry.field(
        description="What is billed when, in order."
    )


@strawberry.federation.type(keys=["id"], description="The billing side of a milestone.")
class BillingMilestone(SourceRecord):
    name: str = strawberry.field(description="The milestone's name, as the contract has it.")
    amount: Money = strawberry.field(description="What its acceptance makes billable.")
    due_date: date = strawberry.field(description="The day by which it should be accepted.")
    acceptance_criteria: list[str] = strawberry.field(
        description="What the customer accepts it by."
    )
    state: erp.BillingMilestoneState
    released_on: date | None = strawberry.field(
        description="The day of its acceptance; null until then."
    )
    milestone_id: strawberry.Private[str]
    contract_id: strawberry.Private[str]
    invoice_id: strawberry.Private[str | None]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.loaders.one(context.systems.erp.billing_milestones, key_of(key))
        if found is None or await booked_project(context, found.contract_id) is None:
            return None
        return from_record(cls, found)

    @strawberry.field(description="The milestone in the contract.")
    def milestone(self) -> Milestone:
        return Milestone(id=strawberry.ID(self.milestone_id), contract_id=self.contract_id)

    @strawberry.field(description="The invoice that bills it.")
    async def invoice(self, info: Info) -> Invoice | None:
        return await Invoice.load(info.context, self.invoice_id)


@strawberry.federation.type(
    keys=["id"], description="What must be accepted, by when, and what it is worth."
)
class Milestone:
    id: strawberry.ID
    contract_id: strawberry.Private[str | None] = None

    @classmethod
    async def resolve_reference(cls, context: RequestContext, key: Mapping[str, Any]) -> Self:
        return cls(id=strawberry.ID(key_of(key)), contract_id=required_of(key, "contract", "id"))

    @strawberry.federation.field(external=True)
    def contract(self) -> Contract | None:
        raise NotImplementedError("external: the contract subgraph resolves it")

    @strawberry.federation.field(
        requires=["contract { id }"], description="Null until the contract is provisioned."
    )
    async def billing(self, info: Info) -> BillingMilestone | None:
        context = info.context
        if self.contract_id is None or await booked_project(context, self.contract_id) is None:
            return None
        # The ERP finds them by contract; its own key of a milestone is another.
        fetch = context.systems.erp.billing_milestones_by_contract
        for each in await context.loaders.many(fetch, self.contract_id):
            if each.milestone_id == self.id:
                return from_record(BillingMilestone, each)
        return None


@strawberry.type(description="A distinct promise with its share of the transaction price.")
class PerformanceObligation:
    obligation_id: strawberry.ID = strawberry.field(description="Its id within the schedule.")
    description: str = strawberry.field(description="What is promised.")
    method: erp.RecognitionMethod = strawberry.field(description="How its revenue is earned.")
    standalone_price: Money = strawberry.field(description="Its price if it were sold alone.")
    allocated_price: Money = strawberry.field(description="Its share of the contract's price.")
    percent_complete: Decimal = strawberry.field(
        description="How much of it is fulfilled, 0 to 100."
    )
    satisfied_on: date | None = strawberry.field(
        description="The day on which it was fulfilled; null until then."
    )


@strawberry.type(description="Revenue of one accounting period.")
class RevenueLine:
    line_id: strawberry.ID = strawberry.field(description="Its id within the schedule.")
    period: date = strawberry.field(description="The period's first day.")
    amount: Money = strawberry.field(description="The revenue of that period.")
    recognised: bool = strawberry.field(description="Whether it is posted.")
    obligation_id: strawberry.ID = strawberry.field(description="The promise that earns it.")


@strawberry.type(description="How a contract's value becomes revenue (ASC 606, IFRS 15).")
class RevenueSchedule(SourceRecord):
    state: erp.RecordState
    currency: str
    total: Money = strawberry.field(description="The value that becomes revenue.")
    recognised: Money = strawberry.field(description="What is posted so far.")
    contract_version: int = strawberry.field(description="The version it was made from.")
    obligations: list[PerformanceObligation] = strawberry.field(
        description="The promises that earn it."
    )
    lines: list[RevenueLine] = strawberry.field(description="The revenue of each period.")


async def booked_project(context: RequestContext, contract_id: str) -> erp.Project | None:
    """The ERP's project of a contract, if the caller may see it: the gate to its billing."""
    return await context.record(
        context.systems.erp.projects_by_contract, contract_id, visible=context.scope.covers
    )
