"""Customers, their hierarchy and their pipeline: what the CRM owns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Self

import strawberry

from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.schema import REFERENCE_KEY, key_of
from subgraphs.serving.values import Money, SourceRecord, from_record, money
from subgraphs.systems_of_record.records import common, crm

if TYPE_CHECKING:
    from subgraphs.contract.contracts import Contract


LazyContract = Annotated["Contract", strawberry.lazy("subgraphs.contract.contracts")]
_CLOSED = frozenset({crm.OpportunityStage.WON, crm.OpportunityStage.LOST})


@strawberry.federation.type(keys=[REFERENCE_KEY])
class LegalEntity:
    id: strawberry.ID


@strawberry.federation.type(keys=["id"], description="A company that buys.")
class Customer(SourceRecord):
    name: str
    account_number: str = strawberry.field(description="Its number in the CRM, as sales knows it.")
    status: crm.CustomerStatus = strawberry.field(description="Where the relation with it stands.")
    credit_status: crm.CreditStatus = strawberry.field(
        description="Whether it may be given more credit."
    )
    industry: str = strawberry.field(description="The industry that it works in.")
    region: str = strawberry.field(
        description="The region that looks after it: EMEA, AMER or APAC."
    )
    country: str = strawberry.field(description="ISO 3166 alpha-2.")
    currency: str = strawberry.field(description="ISO 4217.")
    parent_id: strawberry.Private[str | None]
    ultimate_parent_id: strawberry.Private[str | None]
    legal_entity_codes: strawberry.Private[tuple[str, ...]]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        return await cls.load(context, key_of(key))

    @classmethod
    async def load(cls, context: RequestContext, id: str | None) -> Self | None:
        """The customer, or None if absent or out of scope."""
        found = await context.record(
            context.systems.crm.customers, id, visible=lambda each: _visible(context, each)
        )
        return cls.of(found) if found else None

    @classmethod
    def of(cls, record: crm.Customer) -> Self:
        """The graph's customer of a record."""
        return from_record(cls, record, legal_entity_codes=record.legal_entities)

    @strawberry.field(description="The customer that this one belongs to.")
    async def parent(self, info: Info) -> Customer | None:
        return await Customer.load(info.context, self.parent_id)

    @strawberry.field(description="The top of the hierarchy; null at the top itself.")
    async def ultimate_parent(self, info: Info) -> Customer | None:
        return await Customer.load(info.context, self.ultimate_parent_id)

    @strawberry.field(description="The customers directly below.")
    async def children(self, info: Info) -> list[Customer] | None:
        found = await info.context.records(info.context.systems.crm.children, self.id)
        return [Customer.of(each) for each in found if _visible(info.context, each)]

    @strawberry.field(description="The companies of ours that it may trade with.")
    def legal_entities(self) -> list[LegalEntity]:
        return [LegalEntity(id=strawberry.ID(code)) for code in self.legal_entity_codes]

    @strawberry.field(description="Its contracts, as far as the caller may see them.")
    async def contracts(self, info: Info) -> list[LazyContract] | None:
        from subgraphs.contract.contracts import Contract

        context = info.context
        found = await context.loaders.many(context.systems.clm.contracts_by_customer, self.id)
        return Contract.several(context, found)

    @strawberry.field(description="Its possible sales.")
    async def opportunities(self, info: Info) -> list[Opportunity] | None:
        return [Opportunity.of(each) for each in await _opportunities(info.context, self.id)]

    @strawberry.field(description="Open opportunities, weighted by probability, by currency.")
    async def weighted_pipeline(self, info: Info) -> list[Money] | None:
        totals: dict[str, common.Money] = {}
        for each in await _opportunities(info.context, self.id):
            if each.stage not in _CLOSED:
                weighted = each.amount * each.probability
                currency = weighted.currency
                totals[currency] = totals.get(currency, common.Money.zero(currency)) + weighted
        return [money(total.rounded()) for _, total in sorted(totals.items())]


@strawberry.federation.type(keys=["id"], description="A possible sale.")
class Opportunity(SourceRecord):
    name: str
    stage: crm.OpportunityStage = strawberry.field(description="The stage of the sale.")
    amount: Money = strawberry.field(description="What it would bring if it is won.")
    probability: Decimal = strawberry.field(description="0 to 1.")
    close_date: date = strawberry.field(description="The day on which it should be decided.")
    region: str
    engagement_type: common.EngagementType = strawberry.field(
        description="How the customer would be charged."
    )
    customer_id: strawberry.Private[str]
    contract_id: strawberry.Private[str | None]

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        found = await context.record(
            context.systems.crm.opportunities,
            key_of(key),
            visible=lambda each: context.scope.covers_region(each.region),
        )
        return cls.of(found) if found else None

    @classmethod
    def of(cls, record: crm.Opportunity) -> Self:
        """The graph's opportunity of a record."""
        return from_record(cls, record)

    @strawberry.field
    async def customer(self, info: Info) -> Customer | None:
        return await Customer.load(info.context, self.customer_id)

    @strawberry.field(description="The contract that it was won with.")
    async def contract(self, info: Info) -> LazyContract | None:
        from subgraphs.contract.contracts import Contract

        return await Contract.load(info.context, self.contract_id)


def _visible(context: RequestContext, customer: crm.Customer) -> bool:
    return context.scope.covers_customer(customer.region, customer.legal_entities)


async def _opportunities(context: RequestContext, customer: str) -> list[crm.Opportunity]:
    found = await context.loaders.many(context.systems.crm.opportunities_by_customer, customer)
    return [each for each in found if context.scope.covers_region(each.region)]
