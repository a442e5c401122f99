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
    rate_card_id: strawberry.ID = strawberry.field(
        description="The rate card that hours are priced with."
    )
    cap: Money | None = strawberry.field(description="Null: no cap.")
    period: common.Period = strawberry.field(description="The rhythm of billing.")


@strawberry.type(description="One part of a fixed fee.")
class FeeInstalment:
    due_on: date = strawberry.field(description="The day on which it becomes billable.")
    amount: Money = strawberry.field(description="Before tax.")
    description: str = strawberry.field(description="What the invoice will say.")


@strawberry.type(description="A price for the whole, due in instalments.")
class FixedFeeTerms:
    fee: Money = strawberry.field(description="The price of the whole, before tax.")
    instalments: list[FeeInstalment] = strawberry.field(
        description="When which part of it is billed."
    )


@strawberry.type(description="An amount a period for included hours.")
class RetainerTerms:
    amount: Money = strawberry.field(description="The price of a period, before tax.")
    period: common.Period = strawberry.field(description="The length of a period.")
    included_hours: Decimal = strawberry.field(description="Hours that a period's price covers.")
    rollover: bool = strawberry.field(description="Whether unused hours carry over.")


@strawberry.type(description="Acceptance of the milestone releases the amount.")
class MilestoneTrigger:
    milestone_id: strawberry.ID = strawberry.field(description="The milestone.")
    amount: Money = strawberry.field(description="What its acceptance makes billable, before tax.")


@strawberry.type(description="Billing upon acceptance.")
class MilestoneTerms:
    triggers: list[MilestoneTrigger] = strawberry.field(
        description="Which acceptance releases which amount."
    )


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
    change: Money = strawberry.field(description="By how much the total changes, signed.")


@strawberry.type(description="The contract ends on another day.")
class TermDelta:
    new_end_date: date = strawberry.field(description="The contract's new last day.")


@strawberry.type(description="A milestone is added, changed (the fields that are set) or removed.")
class MilestoneDelta:
    action: clm.DeltaAction = strawberry.field(
        description="Whether the milestone is added, changed or removed."
    )
    milestone_id: strawberry.ID = strawberry.field(description="The milestone's id.")
    name: str | None = strawberry.field(description="The new name; null for no change.")
    amount: Money | None = strawberry.field(description="The new amount; null for no change.")
    due_date: date | None = strawberry.field(description="The new day; null for no change.")
    acceptance_criteria: list[str] | None = strawberry.field(
        description="The new criteria; null for no change."
    )


@strawberry.type(description="A role's rate on a card is another from a date on.")
class RateDelta:
    action: clm.DeltaAction = strawberry.field(
        description="Whether the rate is added, changed or removed."
    )
    rate_card_id: strawberry.ID = strawberry.field(description="The rate card.")
    role: str = strawberry.field(description="The role on it.")
    new_rate: Money | None = strawberry.field(
        description="What an hour costs from then on; null when it is removed."
    )
    effective_from: date = strawberry.field(description="The first day of the new rate.")


@strawberry.type(description="A workstream joins, changes or leaves.")
class ScopeDelta:
    action: clm.DeltaAction = strawberry.field(
        description="Whether the workstream is added, changed or removed."
    )
    workstream: str = strawberry.field(description="The workstream's name.")
    description: str = strawberry.field(description="What is done in it.")
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
    vendor_id: strawberry.ID = strawberry.field(description="The subcontractor.")
    vendor_name: str = strawberry.field(description="The subcontractor's name.")
    pass_through: bool = strawberry.field(description="Whether the vendor's cost is billed on.")
    markup_percent: Decimal = strawberry.field(description="What is added when it is; 5 is 5 %.")
    limit: Money = strawberry.field(description="What may be spent at most.")
    description: str = strawberry.field(description="What the subcontractor does.")


@strawberry.type(description="Reference to the signed paper, which contract management keeps.")
class SignedDocument:
    id: strawberry.ID
    name: str = strawberry.field(description="The file's name.")
    sha256: str = strawberry.field(
        description="The hash of its content, in hexadecimal: proves that it is the same paper."
    )
    signed_at: datetime = strawberry.field(description="When it was signed.")


@strawberry.type(description="What an hour of a role costs the customer.")
class Rate:
    role: str
    rate: Money = strawberry.field(description="What an hour costs the customer.")
