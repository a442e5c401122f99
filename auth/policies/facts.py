"""What rules may look at: the caller, the action, and facts gathered from the owning systems.

Facts are gathered by whoever asks (a fact has one owner, and fetching it is I/O); rules only
compare. A part that nobody gathered is None, and a rule that needs it denies: see `require`.
Money is a decimal amount with its ISO 4217 currency; fractions (discounts, markups) are decimals
where 0.1 means ten per cent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from auth.caller import Caller
from auth.policies.vocabulary import Action

T = TypeVar("T")


class MissingFactError(Exception):
    """A rule needs a fact that was not gathered; `judge` turns this into a denial."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the fact {name!r} was not gathered")
        self.name = name


def require(value: T | None, name: str) -> T:
    """Return the fact, or raise `MissingFactError` under the name by which people know it."""
    if value is None:
        raise MissingFactError(name)
    return value


@dataclass(frozen=True, slots=True)
class CustomerStanding:
    """The customer's credit standing as the ERP holds it."""

    customer_id: str
    credit_hold: bool


@dataclass(frozen=True, slots=True)
class ValueChange:
    """What an amendment does to the contract's total value, in the contract's currency.

    `group_rate` is the number of units of the group currency that one unit of the contract's
    currency buys on the day of the decision.
    """

    base: Decimal
    delta: Decimal
    currency: str
    group_currency: str
    group_rate: Decimal


@dataclass(frozen=True, slots=True)
class RateOffer:
    """A rate about to be published beside the approved card's rate for the same role."""

    role: str
    offered: Decimal
    approved: Decimal
    allowed_discount: Decimal


@dataclass(frozen=True, slots=True)
class PassThrough:
    """A subcontract whose cost is passed through to the customer."""

    vendor: str
    vendor_approved: bool


@dataclass(frozen=True, slots=True)
class BillingBasis:
    """What an invoice rests on. `cap` is None where the contract has none.

    `milestone_accepted` is None for an invoice that does not bill a milestone.
    """

    invoice_date: date
    contract_end: date
    amount: Decimal
    billed_to_date: Decimal
    cap: Decimal | None = None
    milestone_accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class TimeBasis:
    """What a timesheet entry rests on: the day, the contract's term, the roles on its card."""

    day: date
    contract_start: date
    contract_end: date
    role: str
    card_roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval given: by whom, and in which of their roles."""

    subject: str
    role: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about the case at the moment of the decision."""

    region: str | None = None
    legal_entity: str | None = None
    customer: CustomerStanding | None = None
    author: str | None = None
    requester: str | None = None
    engagement_lead: str | None = None
    value_change: ValueChange | None = None
    rate_offers: tuple[RateOffer, ...] = ()
    pass_through: tuple[PassThrough, ...] = ()
    billing: BillingBasis | None = None
    time: TimeBasis | None = None
    approvals: tuple[Approval, ...] = ()
    awaited_roles: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Case:
    """One question to the rule book: may this caller do this, given these facts?"""

    caller: Caller
    action: Action
    facts: Facts

    def lacks_approval_of(self, role: str) -> bool:
        """Whether nobody independent has approved in this role yet.

        An approval by the author or the requester never counts, even if one was recorded:
        facts are judged again after every approval and authorship may have come to light since.
        """
        interested = {self.facts.author, self.facts.requester}
        return not any(
            approval.role == role and approval.subject not in interested
            for approval in self.facts.approvals
        )
