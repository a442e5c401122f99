"""What staffing contributes to an engagement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self, TypeVar

import strawberry

from subgraphs.serving.context import FetchMany, Info, RequestContext
from subgraphs.serving.schema import key_of
from subgraphs.serving.selection import selects
from subgraphs.serving.values import Money, SourceRecord, from_record, money
from subgraphs.staffing.access import delivery_project, require_cost
from subgraphs.staffing.figures import forecast
from subgraphs.staffing.resources import Assignment
from subgraphs.staffing.work import Expense
from subgraphs.systems_of_record.records import common, psa

W = TypeVar("W", psa.Assignment, psa.Expense)


@strawberry.type(description="Hours of a role needed in a month.")
class CapacityLine:
    role: str = strawberry.field(description="The role that is needed.")
    month: date = strawberry.field(description="The month's first day.")
    hours: Decimal = strawberry.field(description="Hours of the role in that month.")


@strawberry.type(description="The demand for people that an engagement makes.")
class CapacityPlan(SourceRecord):
    state: psa.PlanState
    contract_version: int = strawberry.field(description="The version it was made from.")
    lines: list[CapacityLine] = strawberry.field(description="Hours by role and month.")


@strawberry.type(description="Time under a contract, summed by the PSA.")
class TimeTotals:
    hours: Decimal = strawberry.field(description="All hours but rejected ones.")
    billable_hours: Decimal = strawberry.field(
        description="Approved hours that the customer is charged for, invoiced or not."
    )
    billable_value: Money = strawberry.field(description="Their price at the rates of their days.")
    unbilled_hours: Decimal = strawberry.field(description="Approved, on no invoice yet.")
    unbilled_value: Money = strawberry.field(
        description="The price of the approved hours that are on no invoice yet."
    )
    submitted_hours: Decimal = strawberry.field(description="Handed in, not approved yet.")
    expenses: Money = strawberry.field(description="All expenses but rejected ones.")
    contract_id: strawberry.Private[str]
    total_cost: strawberry.Private[common.Money]

    @strawberry.field(description="Of all hours but the rejected ones. Confidential.")
    async def cost(self, info: Info) -> Money | None:
        await require_cost(info.context, self.contract_id)
        return money(self.total_cost)


@strawberry.type(description="Scheduled × rate, from a month on.")
class Forecast:
    scheduled_hours: Decimal = strawberry.field(
        description="Hours of the capacity plan from that month on."
    )
    unpriced_hours: Decimal = strawberry.field(description="Of roles without a published rate.")
    value: Money = strawberry.field(description="What they will bill at the published rates.")


@strawberry.type(description="Who delivers an engagement, and how much they have worked.")
class EngagementStaffing:
    contract_id: strawberry.Private[str]

    @strawberry.field(description="Who is assigned, in which role and for how long.")
    async def assignments(self, info: Info) -> list[Assignment] | None:
        found = await self._work(info, info.context.systems.psa.assignments_by_contract)
        return [from_record(Assignment, each) for each in found]

    @strawberry.field(description="The hours that it needs; null if it was not planned.")
    async def capacity_plan(self, info: Info) -> CapacityPlan | None:
        context = info.context
        fetch = context.systems.psa.capacity_plans_by_contract
        found = await context.record(fetch, self.contract_id)
        return from_record(CapacityPlan, found) if found else None

    @strawberry.field(description="Null as long as nothing was booked.")
    async def time(self, info: Info) -> TimeTotals | None:
        context = info.context
        fetch = context.systems.psa.time_totals_by_contract
        found = await context.loaders.one(fetch, self.contract_id)
        return from_record(TimeTotals, found, total_cost=found.cost) if found else None

    @strawberry.field(description="What people spent for it.")
    async def expenses(self, info: Info) -> list[Expense] | None:
        found = await self._work(info, info.context.systems.psa.expenses_by_contract)
        return [from_record(Expense, each) for each in found]

    @strawberry.field(
        description="What the scheduled hours from this day's month on will bill, at the published"
        " rates; null without a capacity plan or rates."
    )
    async def forecast(self, info: Info, start: date) -> Forecast | None:
        context, psa_system = info.context, info.context.systems.psa
        plan = await context.record(psa_system.capacity_plans_by_contract, self.contract_id)
        cards = await context.records(psa_system.published_rate_cards_by_contract, self.contract_id)
        if plan is None or not cards:
            return None
        return from_record(Forecast, forecast(plan.lines, cards, cards[0].currency, start))

    async def _work(self, info: Info, fetch: FetchMany[W]) -> tuple[W, ...]:
        context = info.context
        if not selects(info, "resource"):
            return await context.records(fetch, self.contract_id)
        # Assignments and expenses name the same people: they are read in one call for both.
        with context.loaders.announce(context.systems.psa.resources) as people:
            found = await context.records(fetch, self.contract_id)
            people.update(each.resource_id for each in found)
        return found


@strawberry.federation.type(
    keys=["id"], description="The unified view of a statement of work: its id is the contract's."
)
class Engagement:
    id: strawberry.ID

    @classmethod
    async def resolve_reference(cls, context: RequestContext, key: Mapping[str, Any]) -> Self:
        return cls(id=strawberry.ID(key_of(key)))

    @strawberry.field(description="Null until it is provisioned.")
    async def staffing(self, info: Info) -> EngagementStaffing | None:
        project = await delivery_project(info.context, self.id)
        return EngagementStaffing(contract_id=self.id) if project else None
