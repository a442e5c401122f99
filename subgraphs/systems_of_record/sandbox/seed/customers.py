"""Customers in their hierarchies, opportunities; and the ERP's view of who is taxed how."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from subgraphs.systems_of_record.records.common import Money
from subgraphs.systems_of_record.records.crm import (
    CreditStatus,
    Customer,
    CustomerStatus,
    Opportunity,
    OpportunityStage,
)
from subgraphs.systems_of_record.records.erp import TaxProfile
from subgraphs.systems_of_record.sandbox.seed.firm import (
    COMPANIES,
    COUNTRIES,
    CUSTOMERS,
    NO_SOURCE,
    PROJECTS,
    REGION_CURRENCIES,
    TAX,
    TYPES,
    add_months,
    company_of,
    customer_name,
    in_currency,
)
from subgraphs.systems_of_record.sandbox.seed.outline import (
    Obstacle,
    obstacle_of_customer,
    region_of_customer,
)

TOP, MIDDLE = 10, 30  # of every forty: groups, their companies, and those companies' units
_PROBABILITIES = {
    OpportunityStage.QUALIFICATION: Decimal("0.1"),
    OpportunityStage.PROPOSAL: Decimal("0.35"),
    OpportunityStage.NEGOTIATION: Decimal("0.7"),
    OpportunityStage.WON: Decimal(1),
    OpportunityStage.LOST: Decimal(0),
}


def customers(scale: int) -> list[Customer]:
    """Groups, their companies and those companies' units; forty at scale 1."""
    return [_customer(number) for number in range(1, CUSTOMERS * scale + 1)]


def ultimate_parent(number: int) -> int:
    """The customer at the top of another's hierarchy (itself at the top)."""
    parent = _parent(number)
    return number if parent is None else ultimate_parent(parent)


def tax_profiles(scale: int, today: date) -> list[TaxProfile]:
    """One for each customer; a customer with that obstacle has an invalid one."""
    return [_tax_profile(number, today) for number in range(1, CUSTOMERS * scale + 1)]


def opportunities(scale: int, today: date, rng: random.Random) -> list[Opportunity]:
    """A pipeline of two for every customer but the inactive ones."""
    numbers = [n for n in range(1, CUSTOMERS * scale + 1) for _ in range(2)]
    return [_opportunity(i, number, today, rng) for i, number in enumerate(numbers, start=1)]


def country_of(number: int) -> str:
    """The country of a customer."""
    return COUNTRIES[region_of_customer(number)][number // 3 % 4]


def _parent(number: int) -> int | None:
    position = (number - 1) % CUSTOMERS
    if position < TOP:
        return None
    return number - TOP if position < MIDDLE else number - 2 * TOP


def _customer(number: int) -> Customer:
    name, industry = customer_name(number - 1)
    region = region_of_customer(number)
    parent, top = _parent(number), ultimate_parent(number)
    flaw = obstacle_of_customer(number)
    status = CustomerStatus.ACTIVE
    if flaw is Obstacle.INACTIVE_CUSTOMER:
        status = CustomerStatus.INACTIVE if number % 2 else CustomerStatus.PROSPECT
    credit = CreditStatus.WATCH if number % 9 == 4 else CreditStatus.GOOD
    home = company_of(region).code
    second = COMPANIES[(number + 1) % 3].code
    return Customer(
        id=f"CUS-{number:06d}",
        name=name,
        account_number=f"A-{10000 + number}",
        status=status,
        credit_status=CreditStatus.ON_HOLD if flaw is Obstacle.CREDIT_HOLD else credit,
        industry=industry,
        region=region,
        country=country_of(number),
        currency=REGION_CURRENCIES[region][0],
        parent_id=None if parent is None else f"CUS-{parent:06d}",
        ultimate_parent_id=None if top == number else f"CUS-{top:06d}",
        legal_entities=(home,) if number % 3 or second == home else (home, second),
        source=NO_SOURCE,
    )


def _tax_profile(number: int, today: date) -> TaxProfile:
    country = country_of(number)
    code, rate = TAX[country]
    invalid = obstacle_of_customer(number) is Obstacle.INVALID_TAX_PROFILE
    return TaxProfile(
        id=f"TAX-{number:06d}",
        customer_id=f"CUS-{number:06d}",
        country=country,
        tax_id=f"{country}{100_000_000 + number * 7919}",
        tax_code=code,
        rate=rate,
        exempt=rate == 0,
        valid=not invalid,
        valid_until=today - timedelta(days=40) if invalid else None,
        source=NO_SOURCE,
    )


def _opportunity(index: int, number: int, today: date, rng: random.Random) -> Opportunity:
    stage = tuple(OpportunityStage)[index % 5]
    region = region_of_customer(number)
    closed = stage in (OpportunityStage.WON, OpportunityStage.LOST)
    months = -rng.randint(1, 9) if closed else rng.randint(1, 8)
    amount = in_currency(Decimal(rng.randint(40, 900) * 1000), REGION_CURRENCIES[region][0])
    return Opportunity(
        id=f"OPP-{index:06d}",
        name=f"{PROJECTS[index % len(PROJECTS)]} {today.year + (months > 6)}",
        customer_id=f"CUS-{number:06d}",
        stage=stage,
        amount=Money(amount.amount, amount.currency),
        probability=_PROBABILITIES[stage],
        close_date=add_months(today, months),
        region=region,
        engagement_type=TYPES[index % 4],
        contract_id=None,
        source=NO_SOURCE,
    )
