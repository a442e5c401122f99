"""What the CRM owns: customers, their hierarchy, opportunities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from subgraphs.systems_of_record.records.common import EngagementType, Money, Source


class CustomerStatus(StrEnum):
    """Where the relation with a customer stands."""

    PROSPECT = "PROSPECT"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class CreditStatus(StrEnum):
    """What the credit desk says; ON_HOLD stops every provisioning for the customer."""

    GOOD = "GOOD"
    WATCH = "WATCH"
    ON_HOLD = "ON_HOLD"


@dataclass(frozen=True, slots=True)
class Customer:
    """A company that buys. `legal_entities` are the codes of ours that it may trade with.

    `parent_id` and `ultimate_parent_id` are ids of customers; both None at the top.
    `country` is ISO 3166 alpha-2; `region` one of the firm's region codes (EMEA, AMER, APAC).
    """

    id: str
    name: str
    account_number: str
    status: CustomerStatus
    credit_status: CreditStatus
    industry: str
    region: str
    country: str
    currency: str
    parent_id: str | None
    ultimate_parent_id: str | None
    legal_entities: tuple[str, ...]
    source: Source


class OpportunityStage(StrEnum):
    """The sales stages; the last two are closed."""

    QUALIFICATION = "QUALIFICATION"
    PROPOSAL = "PROPOSAL"
    NEGOTIATION = "NEGOTIATION"
    WON = "WON"
    LOST = "LOST"


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A possible sale: amount × probability (0–1) is the weighted pipeline."""

    id: str
    name: str
    customer_id: str
    stage: OpportunityStage
    amount: Money
    probability: Decimal
    close_date: date
    region: str
    engagement_type: EngagementType
    contract_id: str | None
    source: Source
