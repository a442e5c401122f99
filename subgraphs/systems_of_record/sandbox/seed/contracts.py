"""Contracts with their rate cards, milestones and terms."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from subgraphs.systems_of_record.records.clm import (
    BillingTerms,
    Contract,
    ContractKind,
    ContractState,
    FeeInstalment,
    FixedFeeTerms,
    Milestone,
    MilestoneTerms,
    MilestoneTrigger,
    Rate,
    RateCard,
    RateCardState,
    RetainerTerms,
    SignedDocument,
    SubcontractRule,
    TimeAndMaterialsTerms,
)
from subgraphs.systems_of_record.records.common import EngagementType, Money, Period
from subgraphs.systems_of_record.sandbox.seed.customers import ultimate_parent
from subgraphs.systems_of_record.sandbox.seed.firm import (
    COMPANIES,
    NO_SOURCE,
    PROJECTS,
    ROLES,
    VENDORS,
    add_months,
    company_of,
    customer_name,
    in_currency,
    months_between,
)
from subgraphs.systems_of_record.sandbox.seed.outline import MASTERS, Obstacle, Outline
from subgraphs.systems_of_record.sandbox.seed.people import lead_subject

_SIGNED = (
    ContractState.APPROVED,
    ContractState.ACTIVE,
    ContractState.SUSPENDED,
    ContractState.EXPIRED,
    ContractState.TERMINATED,
)
_MILESTONES = ("Design accepted", "Pilot live", "Integration complete", "Rollout accepted")
_CRITERIA = (
    ("Design document signed off by the product owner", "Open questions below five"),
    ("Pilot users work in production for ten days", "No open defect of severity 1"),
    ("All interfaces pass the agreed tests", "Load test at twice the expected volume"),
    ("Training given to every site", "Handover to operations signed"),
)


@dataclass(frozen=True, slots=True)
class Term:
    """When a contract runs, and until when work on it was done (None: not begun)."""

    start: date
    end: date
    worked_until: date | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """A contract and what belongs to it in the contract system."""

    contract: Contract
    rate_cards: tuple[RateCard, ...]
    milestones: tuple[Milestone, ...]


def term_of(outline: Outline, today: date) -> Term:
    """The dates of a contract, counted from the present month."""
    month, slot = today.replace(day=1), outline.slot
    yesterday = today - timedelta(days=1)
    match outline.state:
        case ContractState.ACTIVE if outline.engagement_type is None:
            start = add_months(month, -20)
            return Term(start, _last_day(start, 60), None)
        case ContractState.ACTIVE | ContractState.SUSPENDED:
            start = add_months(month, -(3 + slot % 5 * 2 + outline.number % 3))
            length = 15 + slot % 5 * 3
            until = yesterday
            if outline.state is ContractState.SUSPENDED:
                until = month - timedelta(days=20)
            return Term(start, _last_day(start, length), until)
        case ContractState.EXPIRED:
            start = add_months(month, -(13 + slot % 6))
            end = _last_day(start, 12)
            return Term(start, end, end)
        case ContractState.TERMINATED:
            start = add_months(month, -(12 + slot))
            return Term(start, _last_day(start, 18), add_months(month, -4))
        case ContractState.APPROVED:
            return Term(month, _last_day(month, 6 + slot * 3), None)
        case _:
            start = add_months(month, 1)
            return Term(start, _last_day(start, 9), None)


def rate_card_of(outline: Outline, term: Term) -> RateCard:
    """The one rate card of a statement of work, in its currency."""
    state = RateCardState.APPROVED if outline.state in _SIGNED else RateCardState.DRAFT
    if outline.obstacle is Obstacle.UNAPPROVED_RATE_CARD:
        state = RateCardState.DRAFT
    factor = Decimal(95 + outline.number % 4 * 5) / 100
    rates = tuple(
        Rate(role, in_currency(price * factor, outline.currency))
        for role, (price, _) in ROLES.items()
    )
    return RateCard(
        id=f"RAT-{outline.number:06d}",
        contract_id=outline.id,
        name=f"{outline.region} rates {term.start.year}",
        region=outline.region,
        currency=outline.currency,
        state=state,
        effective_from=term.start,
        effective_to=term.end,
        rates=rates,
        source=NO_SOURCE,
    )


def master(outline: Outline, term: Term) -> Agreed:
    """A master agreement: terms, no value."""
    zero = Money.zero(outline.currency)
    title = f"Master services agreement with {customer_name(outline.customer - 1)[0]}"
    return Agreed(_contract(outline, term, ContractKind.MSA, title, zero, None, 1), (), ())


def statement(outline: Outline, term: Term, card: RateCard, value: Money, executed: int) -> Agreed:
    """A statement of work worth about `value`, after so many executed amendments."""
    months = len(months_between(term.start, term.end))
    milestones: tuple[Milestone, ...] = ()
    terms: BillingTerms
    match outline.engagement_type:
        case EngagementType.TIME_AND_MATERIALS:
            terms = TimeAndMaterialsTerms(card.id, value, Period.MONTHLY)
        case EngagementType.RETAINER:
            monthly = _whole(value, months)
            value = monthly * months
            hours = Decimal(40 + outline.number % 5 * 20)
            terms = RetainerTerms(monthly, Period.MONTHLY, hours, outline.number % 2 == 0)
        case EngagementType.MILESTONE:
            milestones = _milestones(outline, term, value)
            value = Money.total((m.amount for m in milestones), value.currency)
            terms = MilestoneTerms(tuple(MilestoneTrigger(m.id, m.amount) for m in milestones))
        case _:
            terms = _fixed_fee(term, value, months)
    title = (
        f"{PROJECTS[outline.number % len(PROJECTS)]} for {customer_name(outline.customer - 1)[0]}"
    )
    contract = _contract(outline, term, ContractKind.SOW, title, value, terms, 1 + executed)
    return Agreed(contract, (card,), milestones)


def typical_value(outline: Outline, rng: random.Random) -> Money:
    """A contract value where no work says what it should be."""
    return in_currency(Decimal(rng.randint(80, 900) * 1000), outline.currency)


def _contract(
    outline: Outline,
    term: Term,
    kind: ContractKind,
    title: str,
    value: Money,
    terms: BillingTerms | None,
    version: int,
) -> Contract:
    signed = outline.state in _SIGNED
    approved_at = datetime.combine(term.start - timedelta(days=12), time(9, 30), UTC)
    provisioned_at = approved_at + timedelta(days=3, hours=4)
    return Contract(
        id=outline.id,
        number=f"{kind.value}-{term.start.year}-{outline.number:04d}",
        kind=kind,
        title=title,
        master_id=_master_of(outline) if kind is ContractKind.SOW else None,
        customer_id=f"CUS-{outline.customer:06d}",
        legal_entity=_legal_entity(outline),
        region=outline.region,
        currency=outline.currency,
        engagement_type=outline.engagement_type,
        state=outline.state,
        version=version,
        total_value=value,
        start_date=term.start,
        end_date=term.end,
        payment_terms_days=(30, 45, 60)[outline.number % 3],
        max_discount_percent=Decimal(10),
        billing_terms=terms,
        subcontract_rules=_subcontract_rules(outline, value),
        document=_document(outline, approved_at) if signed else None,
        author=f"user-contracts-{outline.region.lower()}",
        lead=lead_subject(outline.region, outline.slot if outline.provisioned else 0),
        approved_by=f"user-legal-{outline.region.lower()}" if signed else None,
        approved_at=approved_at if signed else None,
        project_id=f"PRJ-{outline.number:06d}" if outline.provisioned else None,
        provisioned_by_run=f"run-seed-{outline.number:06d}" if outline.provisioned else None,
        provisioned_at=provisioned_at if outline.provisioned else None,
        renews_contract_id=None,
        source=NO_SOURCE,
    )


def _legal_entity(outline: Outline) -> str:
    home = company_of(outline.region)
    if outline.obstacle is Obstacle.FOREIGN_LEGAL_ENTITY:
        # The one that is neither the region's own nor the customer's second.
        return COMPANIES[outline.customer % 3].code
    return home.code


def _master_of(outline: Outline) -> str | None:
    # Master agreements stand with groups; a group without one buys by statements alone.
    block = (outline.number - 1) // 150
    top = ultimate_parent(outline.customer)
    position = (top - 1) % 40
    return f"CTR-{block * 150 + position + 1:06d}" if position < MASTERS else None


def _subcontract_rules(outline: Outline, value: Money) -> tuple[SubcontractRule, ...]:
    forbidden = outline.obstacle is Obstacle.UNAPPROVED_VENDOR
    shown = outline.slot % 5 == (1 if outline.state is ContractState.APPROVED else 2)
    if outline.engagement_type is None or not (forbidden or shown):
        return ()
    region = next(i for i, c in enumerate(COMPANIES) if c.region == outline.region)
    vendor = VENDORS[3] if forbidden else VENDORS[region]
    return (
        SubcontractRule(
            id=f"SUB-{outline.number:06d}",
            vendor_id=vendor[0],
            vendor_name=vendor[1],
            pass_through=True,
            markup_percent=Decimal(5 + outline.number % 3 * 5) / 2,
            limit=_whole(value, 8),
            description="Specialist work, billed at cost with the agreed markup",
        ),
    )


def _document(outline: Outline, signed_at: datetime) -> SignedDocument:
    name = f"{outline.id} signed.pdf"
    return SignedDocument(
        id=f"DOC-{outline.number:06d}",
        name=name,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        signed_at=signed_at,
    )


def _fixed_fee(term: Term, value: Money, months: int) -> FixedFeeTerms:
    parts = 4 if months >= 8 else 3
    part = _whole(value, parts)
    last = value - part * (parts - 1)
    instalments = tuple(
        FeeInstalment(
            due_on=add_months(term.start, index * months // parts),
            amount=last if index == parts - 1 else part,
            description=f"Instalment {index + 1} of {parts}",
        )
        for index in range(parts)
    )
    return FixedFeeTerms(value, instalments)


def _milestones(outline: Outline, term: Term, value: Money) -> tuple[Milestone, ...]:
    parts = len(_MILESTONES)
    part = _whole(value, parts)
    days = (term.end - term.start).days
    return tuple(
        Milestone(
            id=f"MIL-{outline.number:06d}{index + 1}",
            contract_id=outline.id,
            sequence=index + 1,
            name=name,
            acceptance_criteria=_CRITERIA[index],
            amount=value - part * (parts - 1) if index == parts - 1 else part,
            due_date=term.start + timedelta(days=days * (index + 1) // parts),
            removed=False,
            source=NO_SOURCE,
        )
        for index, name in enumerate(_MILESTONES)
    )


def _whole(value: Money, parts: int) -> Money:
    """An equal part, rounded down to whole hundreds."""
    return Money(value.amount // parts // 100 * 100, value.currency)


def _last_day(start: date, months: int) -> date:
    return add_months(start, months) - timedelta(days=1)
