"""Amendments in every state; each active contract's place among its kind decides which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from subgraphs.systems_of_record.records.clm import (
    Amendment,
    AmendmentKind,
    AmendmentState,
    ContractState,
    Delta,
    DeltaAction,
    MilestoneDelta,
    RateDelta,
    ScopeDelta,
    TermDelta,
    ValueDelta,
)
from subgraphs.systems_of_record.records.common import EngagementType, Money
from subgraphs.systems_of_record.sandbox.seed.contracts import Agreed
from subgraphs.systems_of_record.sandbox.seed.firm import NO_SOURCE, add_months, in_currency
from subgraphs.systems_of_record.sandbox.seed.outline import Outline


def executed_before(outline: Outline) -> int:
    """How many amendments a contract has behind it: its version is one more."""
    if outline.state is not ContractState.ACTIVE or outline.engagement_type is None:
        return 0
    return {3: 1, 4: 2}.get(outline.slot, 0)


def amendments(agreed: Sequence[tuple[Outline, Agreed]], today: date) -> list[Amendment]:
    """All amendments, numbered in the order of their contracts."""
    found: list[Amendment] = []
    for outline, contract in agreed:
        found.extend(_of_contract(outline, contract, today))
    return [
        replace(amendment, id=f"AMD-{index:06d}", number=f"CO-{index:04d}")
        for index, amendment in enumerate(found, start=1)
    ]


def _of_contract(outline: Outline, agreed: Agreed, today: date) -> Iterable[Amendment]:
    if outline.engagement_type is None:
        return
    for past in range(1, executed_before(outline) + 1):
        yield _executed(agreed, past, today)
    if outline.state is ContractState.ACTIVE:
        yield _applicable(outline, agreed, today)
        yield from _in_other_states(outline, agreed, today)


def _applicable(outline: Outline, agreed: Agreed, today: date) -> Amendment:
    """The approved one. By place: small value, value above thresholds, term, special, stale."""
    contract, currency = agreed.contract, agreed.contract.currency
    kind, deltas, title = AmendmentKind.VALUE, _value(agreed, Decimal("0.08")), "More work"
    match outline.slot:
        case 1 if outline.engagement_type is EngagementType.FIXED_FEE:
            deltas = (ValueDelta(in_currency(Decimal(1_300_000), currency)),)
            title = "Second phase for the whole group"
        case 1:
            deltas, title = _value(agreed, Decimal("0.35")), "Extension to further sites"
        case 2:
            kind, title = AmendmentKind.TERM, "Longer term"
            end = add_months(contract.end_date + timedelta(days=1), 3) - timedelta(days=1)
            deltas = (TermDelta(end),)
        case 3:
            kind, deltas, title = _special(outline, agreed, today)
    draft = _amendment(agreed, kind, AmendmentState.APPROVED, deltas, title, today)
    # The last of five was written before the contract's latest version: its base is stale.
    return replace(draft, base_version=contract.version - 1) if outline.slot == 4 else draft


def _special(
    outline: Outline, agreed: Agreed, today: date
) -> tuple[AmendmentKind, tuple[Delta, ...], str]:
    contract, currency = agreed.contract, agreed.contract.currency
    match outline.engagement_type:
        case EngagementType.TIME_AND_MATERIALS:
            card = agreed.rate_cards[0]
            senior = next(rate for rate in card.rates if rate.role == "Senior Consultant")
            raised = Money((senior.rate.amount * Decimal("1.05")).quantize(Decimal(1)), currency)
            deltas: tuple[Delta, ...] = (
                RateDelta(DeltaAction.CHANGE, card.id, senior.role, raised, today),
            )
            return AmendmentKind.RATE, deltas, "Yearly adjustment of rates"
        case EngagementType.MILESTONE:
            last = agreed.milestones[-1]
            extra = in_currency(Decimal(24_000), currency)
            added = MilestoneDelta(
                action=DeltaAction.ADD,
                milestone_id=f"MIL-{outline.number:06d}5",
                name="Hypercare completed",
                amount=extra,
                due_date=contract.end_date,
                acceptance_criteria=("Four weeks without an open defect of severity 1 or 2",),
            )
            later = MilestoneDelta(
                action=DeltaAction.CHANGE,
                milestone_id=last.id,
                due_date=last.due_date - timedelta(days=14),
            )
            return AmendmentKind.MILESTONE, (added, later, ValueDelta(extra)), "Hypercare added"
    hours = Decimal(160)
    scope = ScopeDelta(DeltaAction.ADD, "Change management", "Support for users on site", hours)
    extra = in_currency(Decimal(18_000), currency)
    return AmendmentKind.SCOPE, (scope, ValueDelta(extra)), "Change management added"


def _in_other_states(outline: Outline, agreed: Agreed, today: date) -> Iterable[Amendment]:
    state = {
        0: AmendmentState.DRAFT,
        1: AmendmentState.IN_REVIEW,
        2: AmendmentState.REJECTED,
        3: AmendmentState.CANCELLED,
    }.get(outline.slot)
    if state is not None:
        deltas = _value(agreed, Decimal("0.05"))
        kind = AmendmentKind.VALUE
        yield _amendment(agreed, kind, state, deltas, "Additional workshops", today)


def _executed(agreed: Agreed, past: int, today: date) -> Amendment:
    contract = agreed.contract
    deltas = _value(agreed, Decimal("0.04"))
    draft = _amendment(
        agreed, AmendmentKind.VALUE, AmendmentState.EXECUTED, deltas, "Scope agreed earlier", today
    )
    # Everything executed lies behind us, the later the nearer.
    day = contract.start_date + (today - contract.start_date) * past / 4
    return replace(
        draft,
        base_version=past,
        resulting_version=past + 1,
        effective_date=day,
        executed_by_run=f"run-seed-{contract.id[4:]}-{past}",
        executed_at=datetime.combine(day, time(14, 5), UTC),
    )


def _value(agreed: Agreed, share: Decimal) -> tuple[Delta, ...]:
    total = agreed.contract.total_value
    change = (total.amount * share // 100) * 100
    return (ValueDelta(Money(change, total.currency)),)


def _amendment(
    agreed: Agreed,
    kind: AmendmentKind,
    state: AmendmentState,
    deltas: tuple[Delta, ...],
    title: str,
    today: date,
) -> Amendment:
    contract = agreed.contract
    changes = (delta.change for delta in deltas if isinstance(delta, ValueDelta))
    return Amendment(
        id="",
        number="",
        contract_id=contract.id,
        kind=kind,
        state=state,
        base_version=contract.version,
        resulting_version=None,
        title=title,
        reason=f"Agreed with the customer's sponsor: {title.lower()}",
        deltas=deltas,
        value_change=Money.total(changes, contract.currency),
        effective_date=add_months(today.replace(day=1), 1),
        author=contract.author,
        requested_by=contract.lead,
        executed_by_run=None,
        executed_at=None,
        source=NO_SOURCE,
    )
