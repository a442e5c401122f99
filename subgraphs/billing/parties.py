"""Who is billed and by whom: the ERP's view of customers, and the firm's companies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

import strawberry

from subgraphs.serving.context import Info, RequestContext
from subgraphs.serving.schema import key_of, required_of
from subgraphs.serving.values import SourceRecord, from_record
from subgraphs.systems_of_record.records import erp


@strawberry.federation.type(keys=["id"], description="One of the firm's companies.")
class LegalEntity(SourceRecord):
    name: str
    region: str
    country: str = strawberry.field(description="ISO 3166 alpha-2.")
    currency: str = strawberry.field(description="ISO 4217.")
    tax_registration: str = strawberry.field(description="Its number with the tax authority.")

    @classmethod
    async def resolve_reference(
        cls, context: RequestContext, key: Mapping[str, Any]
    ) -> Self | None:
        return await cls.load(context, key_of(key))

    @classmethod
    async def load(cls, context: RequestContext, id: str) -> Self | None:
        """The company, or None if unknown or outside the caller's claims."""
        if not context.scope.covers_legal_entity(id):
            return None
        found = await context.record(context.systems.erp.legal_entities, id)
        return from_record(cls, found) if found else None


@strawberry.type(description="How a customer is taxed.")
class TaxProfile(SourceRecord):
    country: str = strawberry.field(description="ISO 3166 code of the country that taxes.")
    tax_id: str = strawberry.field(description="The customer's number with the tax authority.")
    tax_code: str = strawberry.field(description="The ERP's code of the rule that applies.")
    rate: Decimal = strawberry.field(description="A fraction: 0.19 is 19 %.")
    exempt: bool = strawberry.field(description="Whether no tax is charged.")
    valid: bool = strawberry.field(description="An invalid one stops provisioning.")
    valid_until: date | None = strawberry.field(
        description="The last day on which it is valid; null for no end."
    )


@strawberry.type(description="A customer's master record in the books of a legal entity.")
class CustomerAccount(SourceRecord):
    name: str
    currency: str = strawberry.field(
        description="ISO 4217 code of the currency that it is invoiced in."
    )
    payment_terms_days: int
    tax_profile_id: strawberry.ID | None = strawberry.field(
        description="The tax profile that applies; null if none is set."
    )
    active: bool = strawberry.field(description="Whether it may be invoiced.")
    legal_entity_code: strawberry.Private[str]

    @strawberry.field(description="The company in whose books it stands.")
    async def legal_entity(self, info: Info) -> LegalEntity | None:
        return await LegalEntity.load(info.context, self.legal_entity_code)


@strawberry.federation.type(keys=["id"], description="A company that buys.")
class Customer:
    id: strawberry.ID
    known_region: strawberry.Private[str | None] = None

    @classmethod
    async def resolve_reference(cls, context: RequestContext, key: Mapping[str, Any]) -> Self:
        return cls(id=strawberry.ID(key_of(key)), known_region=required_of(key, "region"))

    @strawberry.federation.field(
        external=True, description="The region that looks after it: EMEA, AMER or APAC."
    )
    def region(self) -> str:
        raise NotImplementedError("external: the contract subgraph resolves it")

    @strawberry.field(description="Its accounts in the books of the caller's legal entities.")
    async def accounts(self, info: Info) -> list[CustomerAccount] | None:
        return [
            from_record(CustomerAccount, each, legal_entity_code=each.legal_entity)
            for each in await self._accounts(info.context)
        ]

    @strawberry.federation.field(
        requires=["region"], description="How it is taxed, country by country."
    )
    async def tax_profiles(self, info: Info) -> list[TaxProfile] | None:
        context = info.context
        # The ERP does not say where a customer belongs: the CRM does, so the region is required.
        region = self.known_region
        in_region = isinstance(region, str) and context.scope.covers_region(region)
        if not in_region and not await self._accounts(context):
            return []
        found = await context.records(context.systems.erp.tax_profiles_by_customer, self.id)
        return [from_record(TaxProfile, each) for each in found]

    async def _accounts(self, context: RequestContext) -> list[erp.CustomerAccount]:
        found = await context.loaders.many(context.systems.erp.accounts_by_customer, self.id)
        return [each for each in found if context.scope.covers_legal_entity(each.legal_entity)]
