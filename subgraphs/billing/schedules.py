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
    engagement_type: common.EngagementType
    state: erp.RecordState
    period: common.Period | None
    cap: Money | None
    fee: Money | None
    retainer_amount: Money | None
    included_hours: Decimal | None
    rollover: bool
    rate_card_id: strawberry.ID | None
    payment_terms_days: int


@strawberry.type(description="An amount to be billed on a day, or when a milestone is accepted.")
class BillingScheduleLine:
    line_id: strawberry.ID
    due_on: date
    amount: Money
    description: str
    state: erp.BillingLineState
    milestone_id: strawberry.ID | None
    invoice_id: strawberry.Private[str | None]

    @strawberry.field(description="The invoice that bills it.")
    async def invoice(self, info: Info) -> Invoice | None:
        return await Invoice.load(info.context, self.invoice_id)


@strawberry.type(description="When a contract's value will be billed.")
class BillingSchedule(SourceRecord):
    state: erp.RecordState
    currency: str
    total: Money
    contract_version: int = strawberry.field(description="The version it was made from.")
    lines: list[BillingScheduleLine]


@strawberry.federation.type(keys=["id"], description="The billing side of a milestone.")
class BillingMilestone(SourceRecord):
    name: str
    amount: Money
    due_date: date
    acceptance_criteria: list[str]
    state: erp.BillingMilestoneState
    released_on: date | None
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
    obligation_id: strawberry.ID
    description: str
    method: erp.RecognitionMethod
    standalone_price: Money
    allocated_price: Money
    percent_complete: Decimal
    satisfied_on: date | None


@strawberry.type(description="Revenue of one accounting period.")
class RevenueLine:
    line_id: strawberry.ID
    period: date = strawberry.field(description="The period's first day.")
    amount: Money
    recognised: bool = strawberry.field(description="Whether it is posted.")
    obligation_id: strawberry.ID


@strawberry.type(description="How a contract's value becomes revenue (ASC 606, IFRS 15).")
class RevenueSchedule(SourceRecord):
    state: erp.RecordState
    currency: str
    total: Money
    recognised: Money
    contract_version: int = strawberry.field(description="The version it was made from.")
    obligations: list[PerformanceObligation]
    lines: list[RevenueLine]


async def booked_project(context: RequestContext, contract_id: str) -> erp.Project | None:
    """The ERP's project of a contract, if the caller may see it: the gate to its billing."""
    return await context.record(
        context.systems.erp.projects_by_contract, contract_id, visible=context.scope.covers
    )
