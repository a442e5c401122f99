"""What contract lifecycle management owns: contracts, amendments, rate cards, milestones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from subgraphs.systems_of_record.records.common import EngagementType, Money, Period, Source


class ContractKind(StrEnum):
    """A master agreement carries terms; a statement of work carries value."""

    MSA = "MSA"
    SOW = "SOW"


class ContractState(StrEnum):
    """The contract's life. APPROVED is signed and not yet provisioned; ACTIVE is provisioned."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    TERMINATED = "TERMINATED"


@dataclass(frozen=True, slots=True)
class TimeAndMaterialsTerms:
    """Hours at the rates of the card, never beyond the cap (None: no cap)."""

    rate_card_id: str
    cap: Money | None
    period: Period


@dataclass(frozen=True, slots=True)
class FeeInstalment:
    """One part of a fixed fee."""

    due_on: date
    amount: Money
    description: str


@dataclass(frozen=True, slots=True)
class FixedFeeTerms:
    """A price for the whole, due in instalments that sum to it."""

    fee: Money
    instalments: tuple[FeeInstalment, ...]


@dataclass(frozen=True, slots=True)
class RetainerTerms:
    """An amount a period for included hours; unused hours carry over when `rollover`."""

    amount: Money
    period: Period
    included_hours: Decimal
    rollover: bool


@dataclass(frozen=True, slots=True)
class MilestoneTrigger:
    """Acceptance of this milestone releases this amount."""

    milestone_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class MilestoneTerms:
    """Billing upon acceptance."""

    triggers: tuple[MilestoneTrigger, ...]


BillingTerms: TypeAlias = TimeAndMaterialsTerms | FixedFeeTerms | RetainerTerms | MilestoneTerms


@dataclass(frozen=True, slots=True)
class SubcontractRule:
    """Work that a vendor may do under the contract.

    With `pass_through` the vendor's cost is billed on with `markup_percent` (5 is 5 %).
    """

    id: str
    vendor_id: str
    vendor_name: str
    pass_through: bool
    markup_percent: Decimal
    limit: Money
    description: str


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """Reference to the signed paper; the CLM keeps the content."""

    id: str
    name: str
    sha256: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Contract:
    """A master agreement or a statement of work. Its id keys the engagement everywhere.

    `version` is the business version that amendments name as their base: executing an
    amendment raises it. (`source.version` changes with every write to the record.)
    `lead` is the subject of the engagement's lead. `max_discount_percent` bounds rates below
    the approved card. `provisioned_by_run` is set together with the state ACTIVE.
    An MSA has no value, no billing terms and no engagement type of its own.
    """

    id: str
    number: str
    kind: ContractKind
    title: str
    master_id: str | None
    customer_id: str
    legal_entity: str
    region: str
    currency: str
    engagement_type: EngagementType | None
    state: ContractState
    version: int
    total_value: Money
    start_date: date
    end_date: date
    payment_terms_days: int
    max_discount_percent: Decimal
    billing_terms: BillingTerms | None
    subcontract_rules: tuple[SubcontractRule, ...]
    document: SignedDocument | None
    author: str
    lead: str
    approved_by: str | None
    approved_at: datetime | None
    project_id: str | None
    provisioned_by_run: str | None
    provisioned_at: datetime | None
    renews_contract_id: str | None
    source: Source


class RateCardState(StrEnum):
    """Only an APPROVED card may be published or billed."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    RETIRED = "RETIRED"


@dataclass(frozen=True, slots=True)
class Rate:
    """What an hour of a role costs the customer."""

    role: str
    rate: Money


@dataclass(frozen=True, slots=True)
class RateCard:
    """The rates agreed in a contract for a region, in one currency, for a range of dates."""

    id: str
    contract_id: str
    name: str
    region: str
    currency: str
    state: RateCardState
    effective_from: date
    effective_to: date | None
    rates: tuple[Rate, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Milestone:
    """A contractual milestone: what must be accepted, by when, and what it is worth."""

    id: str
    contract_id: str
    sequence: int
    name: str
    acceptance_criteria: tuple[str, ...]
    amount: Money
    due_date: date
    removed: bool
    source: Source


class AmendmentKind(StrEnum):
    """The chief thing that an amendment changes."""

    SCOPE = "SCOPE"
    VALUE = "VALUE"
    TERM = "TERM"
    RATE = "RATE"
    MILESTONE = "MILESTONE"


class AmendmentState(StrEnum):
    """APPROVED is signed and may be applied; EXECUTED has been applied to the contract."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    EXECUTED = "EXECUTED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"


class DeltaAction(StrEnum):
    """What happens to the thing that a delta names."""

    ADD = "ADD"
    CHANGE = "CHANGE"
    REMOVE = "REMOVE"


@dataclass(frozen=True, slots=True)
class ValueDelta:
    """The contract's total changes by `change` (signed)."""

    change: Money


@dataclass(frozen=True, slots=True)
class TermDelta:
    """The contract ends on another day."""

    new_end_date: date


@dataclass(frozen=True, slots=True)
class MilestoneDelta:
    """A milestone is added (all fields set), changed (those set), or removed."""

    action: DeltaAction
    milestone_id: str
    name: str | None = None
    amount: Money | None = None
    due_date: date | None = None
    acceptance_criteria: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RateDelta:
    """A role's rate on a card is another from a date on; an ADD brings a new role."""

    action: DeltaAction
    rate_card_id: str
    role: str
    new_rate: Money | None
    effective_from: date


@dataclass(frozen=True, slots=True)
class ScopeDelta:
    """A workstream joins, changes or leaves; `hours` is the signed change in planned hours."""

    action: DeltaAction
    workstream: str
    description: str
    hours: Decimal


Delta: TypeAlias = ValueDelta | TermDelta | MilestoneDelta | RateDelta | ScopeDelta


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change to a contract, computed against `base_version` of it.

    `resulting_version` is set once it is EXECUTED. `author` wrote it and may not approve it.
    """

    id: str
    number: str
    contract_id: str
    kind: AmendmentKind
    state: AmendmentState
    base_version: int
    resulting_version: int | None
    title: str
    reason: str
    deltas: tuple[Delta, ...]
    value_change: Money
    effective_date: date
    author: str
    requested_by: str
    executed_by_run: str | None
    executed_at: datetime | None
    source: Source
