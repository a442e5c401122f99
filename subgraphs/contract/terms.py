"""The value types of a contract: billing terms by engagement type, deltas, subcontracting."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, TypeAlias

import strawberry

from subgraphs.serving.values import Money, from_record
from subgraphs.systems_of_record.records import clm, common


@strawberry.type(description="Hours at the rates of a card, never beyond the cap.")
class TimeAndMaterialsTerms:
    rate_card_id: strawberry.ID
    cap: Money | None = strawberry.field(description="Null: no cap.")
    period: common.Period


@strawberry.type(description="One part of a fixed fee.")
class FeeInstalment:
    due_on: date
    amount: Money
    description: str


@strawberry.type(description="A price for the whole, due in instalments.")
class FixedFeeTerms:
    fee: Money
    instalments: list[FeeInstalment]


@strawberry.type(description="An amount a period for included hours.")
class RetainerTerms:
    amount: Money
    period: common.Period
    included_hours: Decimal
    rollover: bool = strawberry.field(description="Whether unused hours carry over.")


@strawberry.type(description="Acceptance of the milestone releases the amount.")
class MilestoneTrigger:
    milestone_id: strawberry.ID
    amount: Money


@strawberry.type(description="Billing upon acceptance.")
class MilestoneTerms:
    triggers: list[MilestoneTrigger]


BillingTerms: TypeAlias = Annotated[
    TimeAndMaterialsTerms | FixedFeeTerms | RetainerTerms | MilestoneTerms,
    strawberry.union("BillingTerms", description="How a contract is charged, by engagement type."),
]

_TERMS: dict[type, type] = {
    clm.TimeAndMaterialsTerms: TimeAndMaterialsTerms,
    clm.FixedFeeTerms: FixedFeeTerms,
    clm.RetainerTerms: RetainerTerms,
    clm.MilestoneTerms: MilestoneTerms,
}


def billing_terms(record: clm.BillingTerms | None) -> BillingTerms | None:
    """The union's member for a record's terms; None for a master agreement."""
    if record is None:
        return None
    member: BillingTerms = from_record(_TERMS[type(record)], record)
    return member


@strawberry.type(description="The contract's total changes by this signed amount.")
class ValueDelta:
    change: Money


@strawberry.type(description="The contract ends on another day.")
class TermDelta:
    new_end_date: date


@strawberry.type(description="A milestone is added, changed (the fields that are set) or removed.")
class MilestoneDelta:
    action: clm.DeltaAction
    milestone_id: strawberry.ID
    name: str | None
    amount: Money | None
    due_date: date | None
    acceptance_criteria: list[str] | None


@strawberry.type(description="A role's rate on a card is another from a date on.")
class RateDelta:
    action: clm.DeltaAction
    rate_card_id: strawberry.ID
    role: str
    new_rate: Money | None
    effective_from: date


@strawberry.type(description="A workstream joins, changes or leaves.")
class ScopeDelta:
    action: clm.DeltaAction
    workstream: str
    description: str
    hours: Decimal = strawberry.field(description="Signed change in planned hours.")


AmendmentDelta: TypeAlias = Annotated[
    ValueDelta | TermDelta | MilestoneDelta | RateDelta | ScopeDelta,
    strawberry.union("AmendmentDelta", description="One change that an amendment makes."),
]

_DELTAS: dict[type, type] = {
    clm.ValueDelta: ValueDelta,
    clm.TermDelta: TermDelta,
    clm.MilestoneDelta: MilestoneDelta,
    clm.RateDelta: RateDelta,
    clm.ScopeDelta: ScopeDelta,
}


def amendment_delta(record: clm.Delta) -> AmendmentDelta:
    """The union's member for a record's delta."""
    member: AmendmentDelta = from_record(_DELTAS[type(record)], record)
    return member


@strawberry.type(description="Work that a vendor may do under the contract.")
class SubcontractRule:
    id: strawberry.ID
    vendor_id: strawberry.ID
    vendor_name: str
    pass_through: bool = strawberry.field(description="Whether the vendor's cost is billed on.")
    markup_percent: Decimal = strawberry.field(description="What is added when it is; 5 is 5 %.")
    limit: Money
    description: str


@strawberry.type(description="Reference to the signed paper, which contract management keeps.")
class SignedDocument:
    id: strawberry.ID
    name: str
    sha256: str
    signed_at: datetime


@strawberry.type(description="What an hour of a role costs the customer.")
class Rate:
    role: str
    rate: Money
