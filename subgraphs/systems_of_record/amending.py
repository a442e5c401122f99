"""What a contract is after an amendment: pure, shared by previews and the contract system.

The contract system applies this when it executes an amendment; a preview computes the same
beforehand, so that both can only agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from subgraphs.systems_of_record.records.clm import (
    Amendment,
    BillingTerms,
    Contract,
    DeltaAction,
    FeeInstalment,
    FixedFeeTerms,
    Milestone,
    MilestoneDelta,
    MilestoneTerms,
    MilestoneTrigger,
    Rate,
    RateCard,
    RateDelta,
    ScopeDelta,
    TermDelta,
    TimeAndMaterialsTerms,
    ValueDelta,
)
from subgraphs.systems_of_record.records.common import Money


class InapplicableAmendmentError(ValueError):
    """A delta does not fit the contract: it names what is not there, or makes it impossible."""


@dataclass(frozen=True, slots=True)
class AmendedContract:
    """A contract with its milestones and rate cards as they are after an amendment.

    Milestones that were removed are still listed, with `removed` set.
    """

    contract: Contract
    milestones: tuple[Milestone, ...]
    rate_cards: tuple[RateCard, ...]


def amended(
    contract: Contract,
    milestones: Sequence[Milestone],
    rate_cards: Sequence[RateCard],
    amendment: Amendment,
) -> AmendedContract:
    """The contract after the amendment; its business version is one higher.

    Raises InapplicableAmendmentError. The base version is for the caller to check.
    """
    state = AmendedContract(
        replace(contract, version=contract.version + 1), tuple(milestones), tuple(rate_cards)
    )
    for delta in amendment.deltas:
        match delta:
            case ValueDelta(change):
                state = _change_value(state, change, amendment)
            case TermDelta(new_end_date):
                state = _change_term(state, new_end_date)
            case MilestoneDelta():
                state = _change_milestone(state, delta)
            case RateDelta():
                state = _change_rate(state, delta)
            case ScopeDelta():
                pass  # scope is planned in the PSA; the contract's own facts stay
    return replace(state, contract=_with_triggers(state.contract, state.milestones))


def _change_value(state: AmendedContract, change: Money, amendment: Amendment) -> AmendedContract:
    contract = state.contract
    total = contract.total_value + change
    if total < Money.zero(total.currency):
        raise InapplicableAmendmentError("the contract's value would be negative")
    terms = contract.billing_terms
    if isinstance(terms, TimeAndMaterialsTerms) and terms.cap is not None:
        terms = replace(terms, cap=terms.cap + change)
    elif isinstance(terms, FixedFeeTerms):
        due_on = min(max(amendment.effective_date, contract.start_date), contract.end_date)
        instalments = _change_instalments(terms.instalments, change, due_on, amendment.number)
        terms = FixedFeeTerms(terms.fee + change, instalments)
    return replace(state, contract=replace(contract, total_value=total, billing_terms=terms))


def _change_instalments(
    instalments: tuple[FeeInstalment, ...], change: Money, due_on: date, number: str
) -> tuple[FeeInstalment, ...]:
    """More fee is one more instalment; less fee is taken from the last instalments."""
    zero = Money.zero(change.currency)
    if change > zero:
        return (*instalments, FeeInstalment(due_on, change, f"Change order {number}"))
    left = -change
    kept = list(instalments)
    while left > zero:
        if not kept:
            raise InapplicableAmendmentError("the reduction exceeds the fee")
        last = kept.pop()
        if last.amount > left:
            kept.append(replace(last, amount=last.amount - left))
            break
        left -= last.amount
    return tuple(kept)


def _change_term(state: AmendedContract, new_end_date: date) -> AmendedContract:
    if new_end_date < state.contract.start_date:
        raise InapplicableAmendmentError("the contract would end before it starts")
    cards = tuple(
        replace(card, effective_to=new_end_date)
        if card.effective_to is not None and card.effective_to == state.contract.end_date
        else card
        for card in state.rate_cards
    )
    return replace(state, contract=replace(state.contract, end_date=new_end_date), rate_cards=cards)


def _change_milestone(state: AmendedContract, delta: MilestoneDelta) -> AmendedContract:
    by_id = {milestone.id: milestone for milestone in state.milestones}
    known = by_id.get(delta.milestone_id)
    if delta.action is DeltaAction.ADD:
        # One that was taken away may come again, as after an amendment that was undone.
        if known is not None and not known.removed:
            raise InapplicableAmendmentError(f"{delta.milestone_id} exists already")
        by_id[delta.milestone_id] = _new_milestone(state, delta)
    elif known is None or known.removed:
        raise InapplicableAmendmentError(f"{delta.milestone_id} is no milestone of the contract")
    elif delta.action is DeltaAction.REMOVE:
        by_id[known.id] = replace(known, removed=True)
    else:
        by_id[known.id] = replace(
            known,
            name=delta.name or known.name,
            amount=delta.amount or known.amount,
            due_date=delta.due_date or known.due_date,
            acceptance_criteria=delta.acceptance_criteria or known.acceptance_criteria,
        )
    return replace(state, milestones=tuple(by_id.values()))


def _new_milestone(state: AmendedContract, delta: MilestoneDelta) -> Milestone:
    if delta.name is None or delta.amount is None or delta.due_date is None:
        raise InapplicableAmendmentError("a new milestone needs a name, an amount and a date")
    return Milestone(
        id=delta.milestone_id,
        contract_id=state.contract.id,
        sequence=max((milestone.sequence for milestone in state.milestones), default=0) + 1,
        name=delta.name,
        acceptance_criteria=delta.acceptance_criteria or (),
        amount=delta.amount,
        due_date=delta.due_date,
        removed=False,
        source=state.contract.source,
    )


def _change_rate(state: AmendedContract, delta: RateDelta) -> AmendedContract:
    card = next((card for card in state.rate_cards if card.id == delta.rate_card_id), None)
    if card is None:
        raise InapplicableAmendmentError(f"{delta.rate_card_id} is no rate card of the contract")
    rates = {rate.role: rate for rate in card.rates}
    if (delta.role in rates) is (delta.action is DeltaAction.ADD):
        raise InapplicableAmendmentError(f"{delta.action} does not fit the role {delta.role}")
    if delta.action is DeltaAction.REMOVE:
        del rates[delta.role]
    elif delta.new_rate is None:
        raise InapplicableAmendmentError(f"the new rate of {delta.role} is missing")
    else:
        rates[delta.role] = Rate(delta.role, delta.new_rate)
    changed = replace(card, rates=tuple(rates.values()))
    cards = tuple(changed if other is card else other for other in state.rate_cards)
    return replace(state, rate_cards=cards)


def _with_triggers(contract: Contract, milestones: Sequence[Milestone]) -> Contract:
    """Milestone billing follows the milestones themselves."""
    terms: BillingTerms | None = contract.billing_terms
    if not isinstance(terms, MilestoneTerms):
        return contract
    triggers = tuple(MilestoneTrigger(m.id, m.amount) for m in milestones if not m.removed)
    return replace(contract, billing_terms=MilestoneTerms(triggers))
