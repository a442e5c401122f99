"""People, skills and assignments."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from subgraphs.serving.confidential import require_cost_visibility
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.errors import BadInputError
from subgraphs.serving.schema import key_of
from subgraphs.serving.values import Money, SourceRecord, from_record, money
from subgraphs.staffing.access import (
    delivery_project,
    may_see_resource,
    may_see_work,
    visible_resource,
)
from subgraphs.staffing.figures import utilisation
from subgraphs.staffing.references import LegalEntity
from subgraphs.systems_of_record.records import psa

if TYPE_CHECKING:
    from subgraphs.staffing.engagements import Engagement


LazyEngagement = Annotated["Engagement", strawberry.lazy("subgraphs.staffing.engagements")]
MAX_RANGE_DAYS = 3 * 366


@strawberry.federation.type(keys=["id"], description="Something a person can do.")
class Skill(SourceRecord):
    name: str
    category: str = strawberry.field(description="The group of skills that it belongs to.")

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        return await cls.load(context, key_of(key))

    @classmethod
    async def load(cls, context: RequestContext, id: str) -> Self | None:
        """The skill: known to everybody who is identified."""
        if not context.caller.authenticated:
            return None
        found = await context.record(context.systems.psa.skills, id)
        return from_record(cls, found) if found else None


@strawberry.type(description="A person's command of a skill.")
class ResourceSkill:
    name: str = strawberry.field(description="The skill's name.")
    level: int = strawberry.field(description="1 to 5.")
    skill_id: strawberry.Private[str]

    @strawberry.field(description="The skill itself.")
    async def skill(self, info: Info) -> Skill | None:
        return await Skill.load(info.context, self.skill_id)


@strawberry.type(description="How much of a person's time is assigned in a range of days.")
class Utilisation:
    available_hours: Decimal = strawberry.field(
        description="Contractual working hours of the range."
    )
    booked_hours: Decimal = strawberry.field(description="HARD assignments.")
    proposed_hours: Decimal = strawberry.field(description="SOFT assignments.")
    percent: Decimal | None = strawberry.field(description="Booked of available.")


@strawberry.federation.type(keys=["id"], description="A person who delivers.")
class Resource(SourceRecord):
    subject: str = strawberry.field(description="The person's identity, as tokens name it.")
    name: str = strawberry.field(description="The person's name.")
    email: str = strawberry.field(description="The person's e-mail address.")
    role: str = strawberry.field(
        description="The role in which they usually work, as rate cards name it."
    )
    region: str = strawberry.field(
        description="The region that they belong to: EMEA, AMER or APAC."
    )
    active: bool = strawberry.field(description="Whether they can be assigned.")
    weekly_hours: Decimal = strawberry.field(description="Contractual working hours a week.")
    vendor_id: strawberry.ID | None = strawberry.field(description="Set for subcontractors.")
    skills: list[ResourceSkill] = strawberry.field(description="What they can do, and how well.")
    legal_entity_code: strawberry.Private[str]
    record: strawberry.Private[psa.Resource]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        return await cls.load(context, key_of(key))

    @classmethod
    async def load(cls, context: RequestContext, id: str) -> Self | None:
        """The person, or None if absent or out of scope."""
        found = await visible_resource(context, id)
        return cls.of(found) if found else None

    @classmethod
    async def load_by_subject(cls, context: RequestContext, subject: str) -> Self | None:
        """The person with this identity, or None if absent or out of scope."""
        found = await context.record(
            context.systems.psa.resources_by_subject,
            subject,
            visible=lambda each: may_see_resource(context, each),
        )
        return cls.of(found) if found else None

    @classmethod
    def of(cls, record: psa.Resource) -> Self:
        """The graph's resource of a record."""
        return from_record(cls, record, legal_entity_code=record.legal_entity, record=record)

    @strawberry.field(description="The company that employs or engages them.")
    def legal_entity(self) -> LegalEntity:
        return LegalEntity(id=strawberry.ID(self.legal_entity_code))

    @strawberry.field(description="An hour's cost to the firm. Confidential: for finance.")
    async def cost_rate(self, info: Info) -> Money | None:
        await require_cost_visibility(info.context, self.record)
        return money(self.record.cost_rate)

    @strawberry.field(description="Assignments to engagements that the caller may see.")
    async def assignments(self, info: Info) -> list[Assignment] | None:
        context = info.context
        found = await context.loaders.many(context.systems.psa.assignments_by_resource, self.id)
        own = context.caller.authenticated and self.subject == context.caller.subject
        # Asked together, so that the engagements' projects are read in one call.
        projects = await asyncio.gather(
            *(delivery_project(context, each.contract_id) for each in found)
        )
        visible = [each for each, project in zip(found, projects, strict=True) if own or project]
        return [from_record(Assignment, each) for each in visible]

    @strawberry.field(description="From the first to the last day, both included.")
    async def utilisation(self, info: Info, start: date, end: date) -> Utilisation | None:
        if not 0 <= (end - start).days <= MAX_RANGE_DAYS:
            raise BadInputError("'end' is on or after 'start', and at most three years later.")
        context = info.context
        # All assignments count, also to engagements that the caller may not see: the figure is
        # the person's, and tells nothing of them.
        found = await context.loaders.many(context.systems.psa.assignments_by_resource, self.id)
        return from_record(Utilisation, utilisation(self.weekly_hours, found, start, end))


@strawberry.federation.type(
    keys=["id"], description="A person's share of working time on an engagement."
)
class Assignment(SourceRecord):
    role: str
    percent: Decimal = strawberry.field(description="Share of the person's working time, 0 to 100.")
    commitment: psa.Commitment = strawberry.field(description="Whether it is proposed or booked.")
    start_date: date
    end_date: date
    resource_id: strawberry.Private[str]
    contract_id: strawberry.Private[str]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.loaders.one(context.systems.psa.assignments, key_of(key))
        if found is None or not await may_see_work(context, found.contract_id, found.resource_id):
            return None
        return from_record(cls, found)

    @strawberry.field
    async def resource(self, info: Info) -> Resource | None:
        return await Resource.load(info.context, self.resource_id)

    @strawberry.field
    def engagement(self) -> LazyEngagement:
        from subgraphs.staffing.engagements import Engagement

        return Engagement(id=strawberry.ID(self.contract_id))
