"""Gather what policies look at, from the systems that own it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from auth.policies.facts import (
    Approval,
    CustomerStanding,
    Facts,
    PassThrough,
    RateOffer,
    ValueChange,
)
from subgraphs.systems_of_record.ports import Systems
from subgraphs.systems_of_record.records.clm import (
    Amendment,
    Contract,
    DeltaAction,
    RateCard,
    RateCardState,
    RateDelta,
)
from subgraphs.systems_of_record.records.crm import CreditStatus


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be decided upon; `amendment` is None when provisioning."""

    contract: Contract
    amendment: Amendment | None
    requester: str
    approvals: tuple[Approval, ...] = ()


async def gather_facts(
    systems: Systems, question: Question, *, group_currency: str, today: date
) -> Facts:
    """The facts as they are now. Raises what reads of the ports raise."""
    contract, amendment = question.contract, question.amendment
    standing, pass_through, offers, change = await asyncio.gather(
        _standing(systems, contract),
        _pass_through(systems, contract),
        _rate_offers(systems, contract, amendment),
        _value_change(systems, contract, amendment, group_currency, today),
    )
    return Facts(
        region=contract.region,
        legal_entity=contract.legal_entity,
        customer=standing,
        author=amendment.author if amendment else contract.author,
        requester=question.requester,
        engagement_lead=contract.lead,
        value_change=change,
        rate_offers=offers,
        pass_through=pass_through,
        approvals=question.approvals,
    )


async def _standing(systems: Systems, contract: Contract) -> CustomerStanding | None:
    customer = (await systems.crm.customers([contract.customer_id])).get(contract.customer_id)
    if customer is None:
        return None
    return CustomerStanding(customer.id, customer.credit_status is CreditStatus.ON_HOLD)


async def _pass_through(systems: Systems, contract: Contract) -> tuple[PassThrough, ...]:
    rules = [rule for rule in contract.subcontract_rules if rule.pass_through]
    if not rules:
        return ()
    vendors = await systems.erp.vendors(sorted({rule.vendor_id for rule in rules}))
    return tuple(
        PassThrough(
            rule.vendor_name, rule.vendor_id in vendors and vendors[rule.vendor_id].approved
        )
        for rule in rules
    )


async def _rate_offers(
    systems: Systems, contract: Contract, amendment: Amendment | None
) -> tuple[RateOffer, ...]:
    """Rates beside the approved ones: an amendment's beside the contract's card; a contract's
    beside its master agreement's."""
    discount = contract.max_discount_percent / 100
    if amendment is not None:
        cards = (await systems.clm.rate_cards_by_contract([contract.id]))[contract.id]
        return tuple(_amended_offers(amendment, cards, discount))
    if contract.master_id is None:
        return ()
    keys = [contract.id, contract.master_id]
    found = await systems.clm.rate_cards_by_contract(keys)
    return tuple(_contract_offers(found[contract.id], found[contract.master_id], discount))


def _amended_offers(
    amendment: Amendment, cards: Sequence[RateCard], discount: Decimal
) -> Iterable[RateOffer]:
    approved = {
        (card.id, rate.role): rate.rate.amount for card in _approved(cards) for rate in card.rates
    }
    for delta in amendment.deltas:
        if isinstance(delta, RateDelta) and delta.action is DeltaAction.CHANGE and delta.new_rate:
            held = approved.get((delta.rate_card_id, delta.role))
            if held is not None:
                yield RateOffer(delta.role, delta.new_rate.amount, held, discount)


def _contract_offers(
    cards: Sequence[RateCard], masters: Sequence[RateCard], discount: Decimal
) -> Iterable[RateOffer]:
    approved = {
        (card.region, rate.rate.currency, rate.role): rate.rate.amount
        for card in _approved(masters)
        for rate in card.rates
    }
    for card in _approved(cards):
        for rate in card.rates:
            held = approved.get((card.region, rate.rate.currency, rate.role))
            if held is not None:
                yield RateOffer(rate.role, rate.rate.amount, held, discount)


def _approved(cards: Sequence[RateCard]) -> Iterable[RateCard]:
    return (card for card in cards if card.state is RateCardState.APPROVED)


async def _value_change(
    systems: Systems,
    contract: Contract,
    amendment: Amendment | None,
    group_currency: str,
    today: date,
) -> ValueChange | None:
    """None without an amendment, and without a rate to convert by: then the rule denies."""
    if amendment is None:
        return None
    rate: Decimal | None = Decimal(1)
    if contract.currency != group_currency:
        found = (await systems.erp.fx_rates(group_currency, today)).get(contract.currency)
        rate = found.rate if found else None
    if rate is None:
        return None
    return ValueChange(
        base=contract.total_value.amount,
        delta=amendment.value_change.amount,
        currency=contract.currency,
        group_currency=group_currency,
        group_rate=rate,
    )
