"""Entities of other subgraphs that the engagement refers to."""

from __future__ import annotations

from datetime import date

import strawberry

from subgraphs.serving.enums import register
from subgraphs.serving.schema import REFERENCE_KEY
from subgraphs.serving.values import Money
from subgraphs.systems_of_record.records import clm, common

register()


@strawberry.federation.type(keys=[REFERENCE_KEY])
class Contract:
    """What is external here is provided along where the engagement has read the contract."""

    id: strawberry.ID
    number: str = strawberry.federation.field(external=True, default=None)
    title: str = strawberry.federation.field(external=True, default=None)
    region: str = strawberry.federation.field(external=True, default=None)
    currency: str = strawberry.federation.field(external=True, default=None)
    engagement_type: common.EngagementType | None = strawberry.federation.field(
        external=True, default=None
    )
    state: clm.ContractState = strawberry.federation.field(external=True, default=None)
    version: int = strawberry.federation.field(external=True, default=None)
    total_value: Money = strawberry.federation.field(external=True, default=None)
    start_date: date = strawberry.federation.field(external=True, default=None)
    end_date: date = strawberry.federation.field(external=True, default=None)

    @classmethod
    def of(cls, record: clm.Contract) -> Contract:
        """The contract with the fields that are provided along."""
        return cls(
            id=strawberry.ID(record.id),
            number=record.number,
            title=record.title,
            region=record.region,
            currency=record.currency,
            engagement_type=record.engagement_type,
            state=record.state,
            version=record.version,
            total_value=Money(
                amount=record.total_value.amount, currency=record.total_value.currency
            ),
            start_date=record.start_date,
            end_date=record.end_date,
        )


PROVIDED = [
    "number",
    "title",
    "region",
    "currency",
    "engagementType",
    "state",
    "version",
    "totalValue { amount currency }",
    "startDate",
    "endDate",
]


@strawberry.federation.type(keys=[REFERENCE_KEY])
class Amendment:
    id: strawberry.ID
