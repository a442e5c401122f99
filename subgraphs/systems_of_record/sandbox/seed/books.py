"""The firm's books: currencies, companies, vendors, accounts, projects, revenue, purchasing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from subgraphs.systems_of_record.records.clm import (
    Contract,
    ContractState,
    FixedFeeTerms,
    RateCard,
    RetainerTerms,
    TimeAndMaterialsTerms,
)
from subgraphs.systems_of_record.records.common import EngagementType, Money, Period
from subgraphs.systems_of_record.records.erp import (
    BillingRule,
    Currency,
    CustomerAccount,
    FxRate,
    InvoiceState,
    LegalEntity,
    PerformanceObligation,
    Project,
    ProjectState,
    PublishedRate,
    PublishedRateCard,
    PurchaseOrder,
    PurchaseOrderState,
    RecognitionMethod,
    RecordState,
    RevenueLine,
    RevenueSchedule,
    Vendor,
    WbsElement,
)
from subgraphs.systems_of_record.sandbox.seed.billing import Billed, Due
from subgraphs.systems_of_record.sandbox.seed.firm import (
    COMPANIES,
    CURRENCIES,
    NO_SOURCE,
    VENDORS,
    WORKSTREAMS,
    add_months,
    customer_name,
    months_between,
)
from subgraphs.systems_of_record.sandbox.seed.outline import Outline
from subgraphs.systems_of_record.sandbox.seed.work import Work

_STATES = {
    ContractState.ACTIVE: ProjectState.ACTIVE,
    ContractState.SUSPENDED: ProjectState.ON_HOLD,
    ContractState.EXPIRED: ProjectState.CLOSED,
    ContractState.TERMINATED: ProjectState.CLOSED,
}
_METHODS = {
    EngagementType.TIME_AND_MATERIALS: RecognitionMethod.INPUT,
    EngagementType.MILESTONE: RecognitionMethod.POINT_IN_TIME,
}


def legal_entities() -> list[LegalEntity]:
    """The firm's companies."""
    return [
        LegalEntity(c.code, c.name, c.region, c.country, c.currency, c.registration, NO_SOURCE)
        for c in COMPANIES
    ]


def currencies() -> list[Currency]:
    """What may be contracted in."""
    return [Currency(c, name, units, True, NO_SOURCE) for c, (name, units, _) in CURRENCIES.items()]


def fx_rates(today: date) -> list[FxRate]:
    """Monthly rates between all currencies for two years, drifting a little."""
    found = []
    for age in range(24):
        day = add_months(today.replace(day=1), -age)
        for base, (_, _, per_euro) in CURRENCIES.items():
            for quote, (_, _, quoted_per_euro) in CURRENCIES.items():
                drift = 1 + Decimal((age * 7 + ord(base[0]) - ord(quote[0])) % 9 - 4) / 1000
                rate = Decimal(1) if base == quote else quoted_per_euro / per_euro * drift
                found.append(
                    FxRate(
                        id=f"FXR-{base}{quote}{day:%Y%m}",
                        base=base,
                        quote=quote,
                        rate=rate.quantize(Decimal("0.000001")),
                        effective_on=day,
                        source=NO_SOURCE,
                    )
                )
    return found


def vendors() -> list[Vendor]:
    """Subcontractors, not all of them approved."""
    return [Vendor(*vendor, NO_SOURCE) for vendor in VENDORS]


def accounts(
    contracts: Iterable[tuple[Outline, Contract]],
) -> dict[tuple[str, str], CustomerAccount]:
    """One account for each customer and company that trade, by those two."""
    found: dict[tuple[str, str], CustomerAccount] = {}
    for outline, contract in contracts:
        key = (contract.customer_id, contract.legal_entity)
        if key not in found:
            found[key] = CustomerAccount(
                id=f"ACC-{len(found) + 1:06d}",
                customer_id=contract.customer_id,
                legal_entity=contract.legal_entity,
                name=customer_name(outline.customer - 1)[0],
                currency=contract.currency,
                payment_terms_days=contract.payment_terms_days,
                tax_profile_id=f"TAX-{outline.customer:06d}",
                active=True,
                source=NO_SOURCE,
            )
    return found


def project(
    contract: Contract,
    account: CustomerAccount,
    work: Work,
    billed: Billed,
    revenue: RevenueSchedule,
    orders: Sequence[PurchaseOrder],
) -> Project:
    """A project whose sums agree with its invoices, revenue, time and orders."""
    assert contract.engagement_type is not None  # noqa: S101 - only statements have projects
    currency = contract.currency
    spent = Money.total((order.spent for order in orders), currency)
    limits = Money.total((order.limit for order in orders), currency)
    time_cost = work.cost(currency)
    issued = (
        invoice.subtotal
        for invoice in billed.invoices
        if invoice.state not in (InvoiceState.DRAFT, InvoiceState.CANCELLED)
    )
    budget = Money((contract.total_value.amount * Decimal("0.62")).quantize(Decimal(1)), currency)
    return Project(
        id=f"PRJ-{contract.id[4:]}",
        contract_id=contract.id,
        name=contract.title,
        legal_entity=contract.legal_entity,
        region=contract.region,
        customer_account_id=account.id,
        engagement_type=contract.engagement_type,
        state=_STATES[contract.state],
        contract_value=contract.total_value,
        budget=budget,
        actual_cost=(time_cost + spent).rounded(),
        committed_cost=limits - spent,
        billed=Money.total(issued, currency),
        recognised_revenue=revenue.recognised,
        start_date=contract.start_date,
        end_date=contract.end_date,
        wbs=_wbs(budget, time_cost.rounded(), work),
        source=NO_SOURCE,
    )


def _wbs(budget: Money, cost: Money, work: Work) -> tuple[WbsElement, ...]:
    hours = sum((entry.hours for entry in work.entries), Decimal(0))
    zero = Money.zero(budget.currency)
    top = WbsElement("1", None, "Delivery", (hours * 2).quantize(Decimal(1)), budget, cost)
    parts = [top]
    for index, name in enumerate(WORKSTREAMS, start=1):
        share = Money(budget.amount // 3, budget.currency)
        part = budget - share * 2 if index == 3 else share
        planned = (hours * 2 / 3).quantize(Decimal(1))
        parts.append(WbsElement(f"1.{index}", "1", name, planned, part, zero))
    return tuple(parts)


def billing_rule(contract: Contract) -> BillingRule:
    """The rule of the contract's engagement type."""
    assert contract.engagement_type is not None  # noqa: S101 - only statements are billed
    empty = BillingRule(
        id=f"BRU-{contract.id[4:]}",
        contract_id=contract.id,
        project_id=f"PRJ-{contract.id[4:]}",
        engagement_type=contract.engagement_type,
        state=RecordState.ACTIVE,
        period=None,
        cap=None,
        fee=None,
        retainer_amount=None,
        included_hours=None,
        rollover=False,
        rate_card_id=None,
        payment_terms_days=contract.payment_terms_days,
        source=NO_SOURCE,
    )
    match contract.billing_terms:
        case TimeAndMaterialsTerms(rate_card_id=card, cap=cap, period=period):
            return replace(empty, rate_card_id=card, cap=cap, period=period)
        case FixedFeeTerms(fee=fee):
            return replace(empty, fee=fee)
        case RetainerTerms(amount=amount, included_hours=hours, rollover=rollover):
            return replace(
                empty,
                period=Period.MONTHLY,
                retainer_amount=amount,
                included_hours=hours,
                rollover=rollover,
            )
    return empty


def revenue_schedule(
    contract: Contract, parts: Sequence[Due], until: date, today: date
) -> RevenueSchedule:
    """By work done, over the term, or upon acceptance, as the engagement type demands."""
    assert contract.engagement_type is not None  # noqa: S101 - only statements earn
    method = _METHODS.get(contract.engagement_type, RecognitionMethod.STRAIGHT_LINE)
    if method is RecognitionMethod.STRAIGHT_LINE:
        lines = _straight_lines(contract, until)
    else:
        lines = tuple(
            RevenueLine(
                f"R{index:03d}",
                (part.on - timedelta(days=1)).replace(day=1),
                part.amount,
                part.billed or (part.milestone is not None and part.on < until),
                "OBL-1",
            )
            for index, part in enumerate(parts, start=1)
        )
    currency = contract.currency
    total = Money.total((line.amount for line in lines), currency)
    recognised = Money.total((line.amount for line in lines if line.recognised), currency)
    share = recognised.amount * 100 / total.amount if total.amount else Decimal(0)
    obligation = PerformanceObligation(
        obligation_id="OBL-1",
        description=contract.title,
        method=method,
        standalone_price=total,
        allocated_price=total,
        percent_complete=share.quantize(Decimal("0.01")),
        satisfied_on=contract.end_date if recognised == total else None,
    )
    return RevenueSchedule(
        id=f"RVS-{contract.id[4:]}",
        contract_id=contract.id,
        project_id=f"PRJ-{contract.id[4:]}",
        state=RecordState.ACTIVE,
        currency=currency,
        total=total,
        recognised=recognised,
        contract_version=contract.version,
        obligations=(obligation,),
        lines=lines,
        source=NO_SOURCE,
    )


def _straight_lines(contract: Contract, until: date) -> tuple[RevenueLine, ...]:
    months = months_between(contract.start_date, contract.end_date)
    part = Money(contract.total_value.amount // len(months), contract.currency)
    last = contract.total_value - part * (len(months) - 1)
    return tuple(
        RevenueLine(
            f"R{index:03d}",
            month,
            last if index == len(months) else part,
            add_months(month, 1) <= until,
            "OBL-1",
        )
        for index, month in enumerate(months, start=1)
    )


def purchase_orders(contract: Contract, first: int) -> list[PurchaseOrder]:
    """One for each subcontracting rule, partly spent."""
    return [
        PurchaseOrder(
            id=f"POR-{first + index:06d}",
            contract_id=contract.id,
            project_id=f"PRJ-{contract.id[4:]}",
            rule_id=rule.id,
            vendor_id=rule.vendor_id,
            vendor_name=rule.vendor_name,
            legal_entity=contract.legal_entity,
            state=PurchaseOrderState.OPEN
            if contract.state is ContractState.ACTIVE
            else PurchaseOrderState.CLOSED,
            limit=rule.limit,
            spent=Money(rule.limit.amount * 2 // 5, rule.limit.currency),
            pass_through=rule.pass_through,
            markup_percent=rule.markup_percent,
            source=NO_SOURCE,
        )
        for index, rule in enumerate(contract.subcontract_rules)
    ]


def published_card(card: RateCard) -> PublishedRateCard:
    """The copy of a rate card that ERP and PSA price with."""
    return PublishedRateCard(
        id=f"PRC-{card.id[4:]}",
        contract_id=card.contract_id,
        rate_card_id=card.id,
        rate_card_version="1",
        region=card.region,
        currency=card.currency,
        state=RecordState.ACTIVE,
        effective_from=card.effective_from,
        effective_to=card.effective_to,
        rates=tuple(PublishedRate(rate.role, rate.rate) for rate in card.rates),
        source=NO_SOURCE,
    )
