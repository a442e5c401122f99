"""Projects: the ERP's books, the PSA's plan, and what an engagement earns from both.

Budgets and costs are as confidential as the margin that they would give away: readable by finance
and by the engagement's own lead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

import strawberry

from subgraphs.project.delivery import DeliveryPlan, delivery_project
from subgraphs.project.margin import margin
from subgraphs.project.references import Contract, LegalEntity
from subgraphs.serving.confidential import require_cost_visibility
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.schema import key_of, required_of
from subgraphs.serving.values import Money, SourceRecord, from_record, money, read_money
from subgraphs.systems_of_record.records import common, erp


@strawberry.type(description="A node of the work breakdown with its cost budget.")
class WbsElement:
    code: str = strawberry.field(description="Its code within the project.")
    parent_code: str | None = strawberry.field(description="The node above it; null at the top.")
    name: str
    budget_hours: Decimal = strawberry.field(description="Hours that are budgeted.")
    budget: Money = strawberry.field(description="The planned cost. Confidential.")
    actual_cost: Money = strawberry.field(description="The cost so far. Confidential.")


@strawberry.type(description="A subcontractor.")
class Vendor(SourceRecord):
    name: str
    country: str
    currency: str = strawberry.field(
        description="ISO 4217 code of the currency that it invoices in."
    )
    approved: bool = strawberry.field(description="Only approved ones receive purchase orders.")


@strawberry.type(description="A subcontract under a contract's rule.")
class PurchaseOrder(SourceRecord):
    rule_id: strawberry.ID = strawberry.field(description="The contract's subcontracting rule.")
    vendor_name: str = strawberry.field(
        description="The subcontractor's name, as the order has it."
    )
    state: erp.PurchaseOrderState
    limit: Money = strawberry.field(description="What may be spent at most.")
    spent: Money = strawberry.field(description="What was spent so far.")
    pass_through: bool = strawberry.field(description="Whether the cost is billed on.")
    markup_percent: Decimal = strawberry.field(
        description="What is added to the cost that the customer is charged, in percent."
    )
    vendor_id: strawberry.Private[str]

    @strawberry.field(description="The subcontractor.")
    async def vendor(self, info: Info) -> Vendor | None:
        context = info.context
        found = await context.record(context.systems.erp.vendors, self.vendor_id)
        return from_record(Vendor, found) if found else None


@strawberry.federation.type(keys=["id"], description="The books of the work under a contract.")
class Project(SourceRecord):
    name: str
    state: erp.ProjectState
    region: str = strawberry.field(description="The region of its contract: EMEA, AMER or APAC.")
    engagement_type: common.EngagementType = strawberry.field(
        description="How the customer is charged."
    )
    contract_value: Money = strawberry.field(description="As booked; the contract owns the fact.")
    billed: Money = strawberry.field(description="Invoiced so far.")
    recognised_revenue: Money = strawberry.field(description="Revenue that is posted so far.")
    start_date: date
    end_date: date
    contract_id: strawberry.Private[str]
    legal_entity_code: strawberry.Private[str]
    record: strawberry.Private[erp.Project]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        return await cls.load(context, key_of(key))

    @classmethod
    async def load(cls, context: RequestContext, id: str) -> Self | None:
        """The project by its id, or None if absent or out of scope."""
        found = await context.record(context.systems.erp.projects, id, visible=context.scope.covers)
        return cls.of(found) if found else None

    @classmethod
    async def load_by_contract(cls, context: RequestContext, contract_id: str) -> Self | None:
        """The project of a contract, or None if absent or out of scope."""
        found = await context.record(
            context.systems.erp.projects_by_contract, contract_id, visible=context.scope.covers
        )
        return cls.of(found) if found else None

    @classmethod
    def of(cls, record: erp.Project) -> Self:
        """The graph's project of a record."""
        return from_record(cls, record, legal_entity_code=record.legal_entity, record=record)

    @strawberry.field
    def legal_entity(self) -> LegalEntity:
        return LegalEntity(id=strawberry.ID(self.legal_entity_code))

    @strawberry.field(description="The contract under which the work is done.")
    def contract(self) -> Contract | None:
        return Contract(id=strawberry.ID(self.contract_id))

    @strawberry.field
    def engagement(self) -> Engagement:
        return Engagement(id=strawberry.ID(self.contract_id))

    @strawberry.field(description="Planned cost. Confidential.")
    async def budget(self, info: Info) -> Money | None:
        await _require_cost(info.context, self.record)
        return money(self.record.budget)

    @strawberry.field(description="Cost so far. Confidential.")
    async def actual_cost(self, info: Info) -> Money | None:
        await _require_cost(info.context, self.record)
        return money(self.record.actual_cost)

    @strawberry.field(description="Cost ordered and not yet incurred. Confidential.")
    async def committed_cost(self, info: Info) -> Money | None:
        await _require_cost(info.context, self.record)
        return money(self.record.committed_cost)

    @strawberry.field(description="The work breakdown with its budgets. Confidential.")
    async def work_breakdown(self, info: Info) -> list[WbsElement] | None:
        await _require_cost(info.context, self.record)
        return list(self.record.wbs)  # type: ignore[arg-type]

    @strawberry.field(description="The PSA's plan; null where there is none.")
    async def plan(self, info: Info) -> DeliveryPlan | None:
        return await DeliveryPlan.load(info.context, self.contract_id)

    @strawberry.field(description="The subcontracts under it.")
    async def purchase_orders(self, info: Info) -> list[PurchaseOrder] | None:
        context = info.context
        fetch = context.systems.erp.purchase_orders_by_contract
        found = await context.records(fetch, self.contract_id)
        return [from_record(PurchaseOrder, each) for each in found]


@strawberry.type(description="What an engagement earns, in the contract's currency.")
class Margin:
    planned: Money = strawberry.field(description="Contract value − budgeted cost.")
    planned_percent: Decimal | None = strawberry.field(description="Of the contract value.")
    to_date: Money = strawberry.field(description="Recognised revenue − actual cost.")
    to_date_percent: Decimal | None = strawberry.field(description="Of the recognised revenue.")


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

    @strawberry.field(description="The project that delivers it; null until it is provisioned.")
    async def project(self, info: Info) -> Project | None:
        return await Project.load_by_contract(info.context, self.id)

    @strawberry.federation.field(
        requires=["contract { totalValue { amount currency } }"],
        description="Confidential: for finance and the engagement's own lead.",
    )
    async def margin(self, info: Info) -> Margin | None:
        project = await Project.load_by_contract(info.context, self.id)
        if project is None or self.contract_value is None:
            return None
        await _require_cost(info.context, project.record)
        books = project.record
        figures = margin(
            self.contract_value, books.budget, books.recognised_revenue, books.actual_cost
        )
        return from_record(Margin, figures)


async def _require_cost(context: RequestContext, books: erp.Project) -> None:
    async def lead() -> str | None:
        plan = await delivery_project(context, books.contract_id)
        return plan.lead if plan else None

    await require_cost_visibility(context, books, lead)
