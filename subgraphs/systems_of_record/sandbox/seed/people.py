"""The firm's people and what they can do."""

from __future__ import annotations

import random
from decimal import Decimal

from subgraphs.systems_of_record.records.common import Money
from subgraphs.systems_of_record.records.psa import Resource, ResourceSkill, Skill
from subgraphs.systems_of_record.sandbox.seed.firm import (
    COMPANIES,
    CURRENCIES,
    FIRST_NAMES,
    LAST_NAMES,
    NO_SOURCE,
    PEOPLE,
    ROLES,
    SKILLS,
    VENDORS,
    in_currency,
)

_ROLE_PATTERN = (
    "Engagement Manager", "Solution Architect", "Senior Consultant", "Senior Consultant",
    "Data Engineer", "Data Engineer", "Consultant", "Consultant", "Consultant", "Quality Analyst",
)  # fmt: skip
# The lead of the first region is the demonstration's delivery lead.
_LEADS = {"EMEA": "user-delivery-lead"}


def skills() -> list[Skill]:
    """The catalogue of skills."""
    return [
        Skill(f"SKL-{index:06d}", name, category, NO_SOURCE)
        for index, (name, category) in enumerate(SKILLS, start=1)
    ]


def resources(scale: int, rng: random.Random) -> list[Resource]:
    """People of all regions in turn; the first of each region is an engagement manager."""
    return [_resource(index, rng) for index in range(PEOPLE * scale)]


def lead_subject(region: str, slot: int = 0) -> str:
    """The identity of an engagement lead of a region (two take turns)."""
    company = next(i for i, company in enumerate(COMPANIES) if company.region == region)
    return subject_of(company + (30 if slot % 2 else 0))


def subject_of(index: int) -> str:
    """The identity of a person, counted from 0."""
    if index < len(COMPANIES):
        region = COMPANIES[index].region
        return _LEADS.get(region, f"user-delivery-lead-{region.lower()}")
    return f"user-{_names(index)[0].lower()}-{_names(index)[1].lower()}-{index + 1}"


def cost_rates(role: str) -> dict[str, dict[str, str]]:
    """An hour's cost of a role in every currency, as the PSA's planning rates."""
    return {
        currency: {
            "amount": str(in_currency(ROLES[role][1], currency).amount),
            "currency": currency,
        }
        for currency in CURRENCIES
    }


def _names(index: int) -> tuple[str, str]:
    return FIRST_NAMES[index % len(FIRST_NAMES)], LAST_NAMES[(index * 7) % len(LAST_NAMES)]


def _resource(index: int, rng: random.Random) -> Resource:
    company = COMPANIES[index % 3]
    role = _ROLE_PATTERN[(index // 3) % len(_ROLE_PATTERN)]
    first, last = _names(index)
    known = rng.sample(range(len(SKILLS)), rng.randint(2, 4))
    vendor = VENDORS[index % 3][0] if index % 20 == 19 else None
    cost = in_currency(ROLES[role][1], company.currency)
    return Resource(
        id=f"RES-{index + 1:06d}",
        subject=subject_of(index),
        name=f"{first} {last}",
        email=f"{first.lower()}.{last.lower()}.{index + 1}@meridian.example",
        role=role,
        region=company.region,
        legal_entity=company.code,
        active=index % PEOPLE != PEOPLE - 1,
        weekly_hours=Decimal(32 if index % 7 == 6 else 40),
        cost_rate=Money(cost.amount, company.currency),
        vendor_id=vendor,
        skills=tuple(
            ResourceSkill(f"SKL-{skill + 1:06d}", SKILLS[skill][0], rng.randint(2, 5))
            for skill in sorted(known)
        ),
        source=NO_SOURCE,
    )
