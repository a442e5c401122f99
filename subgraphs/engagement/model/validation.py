"""Whether a contract can be provisioned, or amended, at all: facts, not permissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from subgraphs.engagement.model.basis import Basis
from subgraphs.engagement.model.landscape import Landscape
from subgraphs.systems_of_record.records.clm import (
    ContractKind,
    FixedFeeTerms,
    MilestoneTerms,
    RateCardState,
    TimeAndMaterialsTerms,
)
from subgraphs.systems_of_record.records.common import Money
from subgraphs.systems_of_record.records.crm import CustomerStatus


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must be mended in a system of record first. `code` is stable."""

    code: str
    message: str


def findings(basis: Basis, landscape: Landscape) -> tuple[Finding, ...]:
    """Everything that stands in the way, all of it at once; empty when nothing does."""
    return (
        *_contract(basis),
        *_customer(basis, landscape),
        *_books(basis, landscape),
        *_prices(basis),
    )


def _contract(basis: Basis) -> Iterator[Finding]:
    contract = basis.contract
    if contract.kind is not ContractKind.SOW or contract.billing_terms is None:
        yield Finding("NOT_BILLABLE", "Only a statement of work with billing terms is provisioned.")
    if contract.end_date < contract.start_date:
        yield Finding("TERM_INVALID", "The contract ends before it starts.")
    if contract.total_value.currency != contract.currency:
        yield Finding("CURRENCY_INVALID", "The value is not in the contract's currency.")


def _customer(basis: Basis, landscape: Landscape) -> Iterator[Finding]:
    contract, customer = basis.contract, landscape.customer
    if customer is None:
        yield Finding("CUSTOMER_UNKNOWN", f"The CRM has no customer {contract.customer_id}.")
        return
    if customer.status is not CustomerStatus.ACTIVE:
        yield Finding(
            "CUSTOMER_INACTIVE", f"{customer.name} is {customer.status.value} in the CRM."
        )
    if contract.legal_entity not in customer.legal_entities:
        text = f"{customer.name} does not trade with {contract.legal_entity}."
        yield Finding("LEGAL_ENTITY_NOT_TRADING", text)
    for ancestor in (customer.parent_id, customer.ultimate_parent_id):
        if ancestor is not None and ancestor not in landscape.ancestors:
            yield Finding("HIERARCHY_BROKEN", f"The parent customer {ancestor} is unknown.")
    if (customer.parent_id is None) is not (customer.ultimate_parent_id is None):
        yield Finding("HIERARCHY_BROKEN", "The customer has half a hierarchy.")


def _books(basis: Basis, landscape: Landscape) -> Iterator[Finding]:
    contract = basis.contract
    if landscape.legal_entity is None:
        yield Finding("LEGAL_ENTITY_UNKNOWN", f"The ERP has no {contract.legal_entity}.")
    if landscape.currency is None or not landscape.currency.active:
        yield Finding("CURRENCY_INACTIVE", f"{contract.currency} is not active in the ERP.")
    usable = [
        profile
        for profile in landscape.tax_profiles
        if profile.valid and (profile.valid_until is None or profile.valid_until >= landscape.today)
    ]
    if not usable:
        yield Finding("TAX_PROFILE_INVALID", "The customer has no valid tax profile.")


def _prices(basis: Basis) -> Iterator[Finding]:
    contract, terms = basis.contract, basis.contract.billing_terms
    currency = contract.currency
    if any(card.state is RateCardState.DRAFT for card in basis.rate_cards):
        yield Finding("RATE_CARD_NOT_APPROVED", "A rate card of the contract is not approved.")
    match terms:
        case TimeAndMaterialsTerms():
            if not any(card.id == terms.rate_card_id for card in basis.approved_cards):
                yield Finding("RATE_CARD_NOT_APPROVED", "The rate card to bill by is not approved.")
        case FixedFeeTerms():
            parts = Money.total((i.amount for i in terms.instalments), currency)
            if parts > contract.total_value:
                yield Finding("INSTALMENTS_EXCEED_FEE", "The instalments exceed the value.")
        case MilestoneTerms():
            live = {milestone.id for milestone in basis.live_milestones}
            if not terms.triggers or any(t.milestone_id not in live for t in terms.triggers):
                yield Finding("MILESTONES_INCOMPLETE", "A billing trigger has no milestone.")
        case _:
            pass
