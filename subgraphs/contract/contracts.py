"""Contracts, amendments, rate cards and milestones: what contract lifecycle management owns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

import strawberry

from subgraphs.contract.customers import Customer, LegalEntity
from subgraphs.contract.terms import (
    AmendmentDelta,
    BillingTerms,
    Rate,
    SignedDocument,
    SubcontractRule,
    amendment_delta,
    billing_terms,
)
from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.schema import REFERENCE_KEY, key_of
from subgraphs.serving.values import Money, SourceRecord, from_record
from subgraphs.systems_of_record.records import clm, common


@strawberry.federation.type(keys=[REFERENCE_KEY])
class Engagement:
    id: strawberry.ID


@strawberry.federation.type(keys=[REFERENCE_KEY])
class Project:
    id: strawberry.ID


@strawberry.federation.type(
    keys=["id"], description="A master agreement or a statement of work, owned by the CLM."
)
class Contract(SourceRecord):
    # Shareable is what the engagement subgraph, which lists contracts as well, provides along.
    number: str = strawberry.federation.field(shareable=True)
    kind: clm.ContractKind = strawberry.federation.field(
        shareable=True, description="A master agreement or a statement of work."
    )
    title: str = strawberry.federation.field(shareable=True)
    region: str = strawberry.federation.field(shareable=True)
    currency: str = strawberry.federation.field(shareable=True, description="ISO 4217.")
    engagement_type: common.EngagementType | None = strawberry.federation.field(
        shareable=True, description="Null for a master agreement."
    )
    state: clm.ContractState = strawberry.federation.field(shareable=True)
    version: int = strawberry.federation.field(
        shareable=True,
        description="The business version, which amendments name as their base.",
    )
    total_value: Money = strawberry.federation.field(
        shareable=True, description="The agreed value, before tax."
    )
    start_date: date = strawberry.federation.field(shareable=True)
    end_date: date = strawberry.federation.field(shareable=True)
    payment_terms_days: int
    max_discount_percent: Decimal = strawberry.field(
        description="How far below the approved card a rate may be; 10 is 10 %."
    )
    subcontract_rules: list[SubcontractRule] = strawberry.field(
        description="What vendors may do under it, and how their cost is passed on."
    )
    document: SignedDocument | None = strawberry.field(
        description="The signed paper; null until it is signed."
    )
    author: str = strawberry.field(description="Subject of who wrote it.")
    lead: str = strawberry.field(description="Subject of the engagement's lead.")
    approved_by: str | None = strawberry.field(
        description="Who approved it; null until somebody has."
    )
    approved_at: datetime | None = strawberry.field(
        description="When it was approved; null until then."
    )
    provisioned_by_run: strawberry.ID | None = strawberry.field(
        description="The run that made it a billable project; null until then."
    )
    provisioned_at: datetime | None = strawberry.field(
        description="When it became a billable project; null until then."
    )
    legal_entity_code: strawberry.Private[str]
    customer_id: strawberry.Private[str]
    master_id: strawberry.Private[str | None]
    project_id: strawberry.Private[str | None]
    renews_contract_id: strawberry.Private[str | None]
    terms: strawberry.Private[clm.BillingTerms | None]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        return await cls.load(context, key_of(key))

    @classmethod
    async def load(cls, context: RequestContext, id: str | None) -> Self | None:
        """The contract, or None if absent or out of scope."""
        found = await context.record(
            context.systems.clm.contracts, id, visible=context.scope.covers
        )
        return cls.of(found) if found else None

    @classmethod
    def of(cls, record: clm.Contract) -> Self:
        """The graph's contract of a record."""
        return from_record(
            cls, record, legal_entity_code=record.legal_entity, terms=record.billing_terms
        )

    @classmethod
    def several(cls, context: RequestContext, records: Iterable[clm.Contract]) -> list[Self]:
        """The graph's contracts of those records that the caller may see."""
        visible = [each for each in records if context.scope.covers(each)]
        return [cls.of(each) for each in visible]

    @strawberry.field(description="Who buys.")
    async def customer(self, info: Info) -> Customer | None:
        return await Customer.load(info.context, self.customer_id)

    @strawberry.field(description="The company of the firm that signs and invoices.")
    def legal_entity(self) -> LegalEntity:
        return LegalEntity(id=strawberry.ID(self.legal_entity_code))

    @strawberry.field(description="How it is charged; null for a master agreement.")
    def billing_terms(self) -> BillingTerms | None:
        return billing_terms(self.terms)

    @strawberry.field(description="The master agreement that a statement of work stands under.")
    async def master(self, info: Info) -> Contract | None:
        return await Contract.load(info.context, self.master_id)

    @strawberry.field(description="The statements of work under a master agreement.")
    async def statements_of_work(self, info: Info) -> list[Contract] | None:
        context = info.context
        found = await context.loaders.many(context.systems.clm.contracts_by_master, self.id)
        return Contract.several(context, found)

    @strawberry.field(description="The contract that this one renews.")
    async def renews(self, info: Info) -> Contract | None:
        return await Contract.load(info.context, self.renews_contract_id)

    @strawberry.field(description="Its changes, whatever their state.")
    async def amendments(self, info: Info) -> list[Amendment] | None:
        context = info.context
        found = await context.records(context.systems.clm.amendments_by_contract, self.id)
        return [Amendment.of(each) for each in found]

    @strawberry.field(description="The rates agreed for it.")
    async def rate_cards(self, info: Info) -> list[RateCard] | None:
        context = info.context
        found = await context.records(context.systems.clm.rate_cards_by_contract, self.id)
        return [from_record(RateCard, each) for each in found]

    @strawberry.field(description="Its milestones in sequence.")
    async def milestones(self, info: Info, include_removed: bool = False) -> list[Milestone] | None:
        context = info.context
        found = await context.records(context.systems.clm.milestones_by_contract, self.id)
        wanted = (each for each in found if include_removed or not each.removed)
        return [from_record(Milestone, each) for each in sorted(wanted, key=_sequence)]

    @strawberry.field(description="The project that delivers it; null until it is provisioned.")
    def project(self) -> Project | None:
        return Project(id=strawberry.ID(self.project_id)) if self.project_id else None

    @strawberry.field(description="The unified view; null for a master agreement.")
    def engagement(self) -> Engagement | None:
        return Engagement(id=self.id) if self.kind is clm.ContractKind.SOW else None


@strawberry.federation.type(
    keys=["id"], description="A change to a contract, computed against a version of it."
)
class Amendment(SourceRecord):
    number: str
    kind: clm.AmendmentKind = strawberry.field(description="What it chiefly changes.")
    state: clm.AmendmentState
    base_version: int = strawberry.field(
        description="The contract's version that its deltas were computed against; "
        "another one is refused as stale."
    )
    resulting_version: int | None = strawberry.field(description="Set once it is executed.")
    title: str
    reason: str = strawberry.field(description="Why the customer and the firm agreed on it.")
    value_change: Money = strawberry.field(
        description="By how much it changes the contract's total, signed."
    )
    effective_date: date = strawberry.field(description="The day from which it applies.")
    author: str = strawberry.field(description="Subject of who wrote it, and may not approve it.")
    requested_by: str = strawberry.field(
        description="Who asked for it: the subject of their token."
    )
    executed_by_run: strawberry.ID | None = strawberry.field(
        description="The run that carried it out; null until then."
    )
    executed_at: datetime | None = strawberry.field(
        description="When it was carried out; null until then."
    )
    contract_id: strawberry.Private[str]
    changes: strawberry.Private[tuple[clm.Delta, ...]]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.loaders.one(context.systems.clm.amendments, key_of(key))
        if found is None or await Contract.load(context, found.contract_id) is None:
            return None
        return cls.of(found)

    @classmethod
    def of(cls, record: clm.Amendment) -> Self:
        """The graph's amendment of a record."""
        return from_record(cls, record, changes=record.deltas)

    @strawberry.field(description="What changes, one by one.")
    def deltas(self) -> list[AmendmentDelta]:
        return [amendment_delta(each) for each in self.changes]

    @strawberry.field
    async def contract(self, info: Info) -> Contract | None:
        return await Contract.load(info.context, self.contract_id)


@strawberry.federation.type(
    keys=["id"], description="The rates agreed for a region, for a range of dates."
)
class RateCard(SourceRecord):
    name: str
    region: str = strawberry.field(
        description="The region whose rates they are: EMEA, AMER or APAC."
    )
    currency: str = strawberry.field(description="ISO 4217.")
    state: clm.RateCardState = strawberry.field(description="Whether it may be billed.")
    effective_from: date = strawberry.field(description="The first day on which it applies.")
    effective_to: date | None = strawberry.field(
        description="The last day on which it applies; null for no end."
    )
    rates: list[Rate] = strawberry.field(description="The rate of each role.")
    contract_id: strawberry.Private[str]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.loaders.one(context.systems.clm.rate_cards, key_of(key))
        if found is None or await Contract.load(context, found.contract_id) is None:
            return None
        return from_record(cls, found)

    @strawberry.field(description="The contract that it was agreed for.")
    async def contract(self, info: Info) -> Contract | None:
        return await Contract.load(info.context, self.contract_id)


@strawberry.federation.type(
    keys=["id"], description="What must be accepted, by when, and what it is worth."
)
class Milestone(SourceRecord):
    sequence: int = strawberry.field(
        description="Its place among the contract's milestones, from 1."
    )
    name: str
    acceptance_criteria: list[str] = strawberry.field(
        description="What the customer accepts it by."
    )
    amount: Money = strawberry.field(description="What its acceptance makes billable.")
    due_date: date = strawberry.field(description="The day by which it should be accepted.")
    removed: bool = strawberry.field(description="Whether an amendment has removed it.")
    contract_id: strawberry.Private[str]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.loaders.one(context.systems.clm.milestones, key_of(key))
        if found is None or await Contract.load(context, found.contract_id) is None:
            return None
        return from_record(cls, found)

    @strawberry.field
    async def contract(self, info: Info) -> Contract | None:
        return await Contract.load(info.context, self.contract_id)


def _sequence(milestone: clm.Milestone) -> tuple[int, str]:
    return milestone.sequence, milestone.id
