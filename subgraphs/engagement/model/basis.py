"""The basis of a run: everything that the contract itself says, at one version of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from subgraphs.systems_of_record.records.clm import (
    BillingTerms,
    Contract,
    FixedFeeTerms,
    Milestone,
    MilestoneTerms,
    RateCard,
    RateCardState,
    RetainerTerms,
    TimeAndMaterialsTerms,
)
from subgraphs.systems_of_record.records.common import Money, Period

# Planned cost as a share of the contract's value: the firm's standard margin of 35 %, until the
# delivery lead budgets in detail.
STANDARD_COST_SHARE = Decimal("0.65")
# What an hour is planned at when a contract prices no hours.
STANDARD_RATE = Decimal(150)
STANDARD_ROLE = "Consultant"


class NotBillableError(ValueError):
    """The contract has no billing terms: it is a master agreement, or incomplete."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A contract with what belongs to it. `scope` is hours by workstream beyond the value's own."""

    contract: Contract
    milestones: tuple[Milestone, ...]
    rate_cards: tuple[RateCard, ...]
    scope: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def terms(self) -> BillingTerms:
        """How the contract is billed. Raises `NotBillableError`."""
        if self.contract.billing_terms is None:
            raise NotBillableError(self.contract.id)
        return self.contract.billing_terms

    @property
    def period(self) -> Period:
        """The rhythm of billing where the terms leave it open: monthly."""
        terms = self.terms
        if isinstance(terms, TimeAndMaterialsTerms | RetainerTerms):
            return terms.period
        return Period.MONTHLY

    @property
    def live_milestones(self) -> tuple[Milestone, ...]:
        """The milestones in force, in their order."""
        live = (milestone for milestone in self.milestones if not milestone.removed)
        return tuple(sorted(live, key=lambda milestone: (milestone.sequence, milestone.id)))

    @property
    def approved_cards(self) -> tuple[RateCard, ...]:
        """The rate cards that may be published."""
        approved = (card for card in self.rate_cards if card.state is RateCardState.APPROVED)
        return tuple(sorted(approved, key=lambda card: card.id))

    @property
    def budget(self) -> Money:
        """The planned cost."""
        return (self.contract.total_value * STANDARD_COST_SHARE).rounded()

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that the contract prices, sorted; the standard role when it prices none."""
        priced = {rate.role for card in self.approved_cards for rate in card.rates}
        return tuple(sorted(priced)) or (STANDARD_ROLE,)

    @property
    def value_hours(self) -> Decimal:
        """The hours that the value pays for, at the mean of the rates in the contract's currency.

        A retainer says itself how many hours each period includes.
        """
        rates = [
            rate.rate.amount
            for card in self.approved_cards
            for rate in card.rates
            if rate.rate.currency == self.contract.currency and rate.rate.amount > 0
        ]
        mean = sum(rates, Decimal(0)) / len(rates) if rates else STANDARD_RATE
        return (self.contract.total_value.amount / mean).to_integral_value()

    @property
    def planned_hours(self) -> Decimal:
        """All hours: those of the value and those that changes of scope added."""
        return max(self.value_hours + sum(self.scope.values(), Decimal(0)), Decimal(0))


def price_is_fixed(terms: BillingTerms) -> bool:
    """Whether the customer owes the price whatever the hours."""
    return isinstance(terms, FixedFeeTerms | MilestoneTerms)
