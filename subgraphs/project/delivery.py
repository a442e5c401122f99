"""The delivery plan of a project: what the PSA owns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

import strawberry

from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.schema import key_of
from subgraphs.serving.values import SourceRecord, from_record
from subgraphs.systems_of_record.records import psa


@strawberry.type(description="A part of a delivery plan.")
class Workstream:
    id: strawberry.ID
    name: str
    sequence: int = strawberry.field(description="Its place in the plan, from 1.")
    state: psa.DeliveryState
    start_date: date
    end_date: date
    planned_hours: Decimal
    progress: Decimal = strawberry.field(description="0 to 100.")


@strawberry.type(description="A piece of work inside a workstream; time is booked on it.")
class Task(SourceRecord):
    name: str
    workstream_id: strawberry.ID = strawberry.field(
        description="The workstream that it belongs to."
    )
    state: psa.DeliveryState
    start_date: date
    end_date: date
    planned_hours: Decimal
    actual_hours: Decimal
    progress: Decimal = strawberry.field(description="0 to 100.")


@strawberry.type(description="The acceptance of a contractual milestone by the customer.")
class MilestoneAcceptance(SourceRecord):
    state: psa.AcceptanceState = strawberry.field(description="Whether the customer accepted it.")
    decided_by: str | None = strawberry.field(
        description="Who decided for the customer; null until then."
    )
    decided_on: date | None = strawberry.field(
        description="The day of the decision; null until then."
    )
    evidence: str | None = strawberry.field(
        description="What proves the decision, such as a reference to a protocol."
    )


@strawberry.type(description="How a project is delivered, as the PSA plans and tracks it.")
class DeliveryPlan(SourceRecord):
    name: str
    state: psa.DeliveryState
    lead: str = strawberry.field(description="Subject of the engagement's lead.")
    start_date: date
    end_date: date
    planned_hours: Decimal = strawberry.field(description="Hours planned over all workstreams.")
    actual_hours: Decimal = strawberry.field(description="All entries but the rejected ones.")
    progress: Decimal = strawberry.field(description="0 to 100.")
    workstreams: list[Workstream] = strawberry.field(description="Its parts in their order.")
    contract_id: strawberry.Private[str]

    @classmethod
    async def load(cls, context: RequestContext, contract_id: str) -> Self | None:
        """The plan of a contract, or None if absent or out of scope."""
        found = await delivery_project(context, contract_id)
        return from_record(cls, found) if found else None

    @strawberry.field(description="What time is booked on.")
    async def tasks(self, info: Info) -> list[Task] | None:
        context = info.context
        found = await context.records(context.systems.psa.tasks_by_contract, self.contract_id)
        return [from_record(Task, each) for each in found]

    @strawberry.field(description="What the customer has accepted, or is to accept.")
    async def acceptances(self, info: Info) -> list[MilestoneAcceptance] | None:
        context = info.context
        fetch = context.systems.psa.acceptances_by_contract
        found = await context.records(fetch, self.contract_id)
        return [from_record(MilestoneAcceptance, each) for each in found]


@strawberry.federation.type(
    keys=["id"], description="What must be accepted, by when, and what it is worth."
)
class Milestone:
    id: strawberry.ID

    @classmethod
    async def resolve_reference(cls, context: RequestContext, key: Mapping[str, Any]) -> Self:
        return cls(id=strawberry.ID(key_of(key)))

    @strawberry.field(description="Null as long as nothing was submitted for acceptance.")
    async def acceptance(self, info: Info) -> MilestoneAcceptance | None:
        context = info.context
        found = await context.loaders.one(context.systems.psa.acceptances_by_milestone, self.id)
        if found is None or await delivery_project(context, found.contract_id) is None:
            return None
        return from_record(MilestoneAcceptance, found)


async def delivery_project(context: RequestContext, contract_id: str) -> psa.DeliveryProject | None:
    """The PSA's project of a contract, if the caller may see it."""
    return await context.record(
        context.systems.psa.delivery_projects_by_contract,
        contract_id,
        visible=context.scope.covers,
    )
