"""Who the firm is: its companies, people's roles and prices, its customers' names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from subgraphs.systems_of_record.records.common import EngagementType, Money, Source, System

SEEDED_AT = datetime(2000, 1, 1, tzinfo=UTC)
NO_SOURCE = Source(System.CRM, "", "", SEEDED_AT, SEEDED_AT)

CUSTOMERS, PEOPLE, CONTRACTS, TIME_ENTRIES = 40, 60, 150, 20_000
TYPES = tuple(EngagementType)


@dataclass(frozen=True, slots=True)
class Company:
    """A legal entity of the firm, with the region it serves."""

    code: str
    name: str
    region: str
    country: str
    currency: str
    registration: str


COMPANIES = (
    Company("MER-DE", "Meridian Consulting GmbH", "EMEA", "DE", "EUR", "DE298561337"),
    Company("MER-US", "Meridian Consulting Inc.", "AMER", "US", "USD", "47-2816350"),
    Company("MER-SG", "Meridian Consulting Pte. Ltd.", "APAC", "SG", "SGD", "201834571K"),
)
COUNTRIES = {
    "EMEA": ("DE", "GB", "FR", "NL"),
    "AMER": ("US", "CA", "US", "BR"),
    "APAC": ("SG", "JP", "SG", "AU"),
}
CURRENCIES = {
    "EUR": ("Euro", 2, Decimal(1)),
    "USD": ("US Dollar", 2, Decimal("1.08")),
    "GBP": ("Pound Sterling", 2, Decimal("0.86")),
    "SGD": ("Singapore Dollar", 2, Decimal("1.45")),
    "JPY": ("Yen", 0, Decimal("160")),
}
# Every fifth contract of a region is in its second currency.
REGION_CURRENCIES = {"EMEA": ("EUR", "GBP"), "AMER": ("USD", "EUR"), "APAC": ("SGD", "JPY")}
TAX = {
    "DE": ("DE-STD", Decimal("0.19")),
    "GB": ("GB-STD", Decimal("0.20")),
    "FR": ("FR-STD", Decimal("0.20")),
    "NL": ("NL-STD", Decimal("0.21")),
    "US": ("US-SVC", Decimal("0")),
    "CA": ("CA-GST", Decimal("0.05")),
    "BR": ("BR-ISS", Decimal("0.05")),
    "SG": ("SG-GST", Decimal("0.09")),
    "JP": ("JP-CT", Decimal("0.10")),
    "AU": ("AU-GST", Decimal("0.10")),
}
# Role: an hour's price and cost in euro.
ROLES = {
    "Engagement Manager": (Decimal(210), Decimal(98)),
    "Solution Architect": (Decimal(195), Decimal(91)),
    "Senior Consultant": (Decimal(160), Decimal(74)),
    "Data Engineer": (Decimal(150), Decimal(69)),
    "Consultant": (Decimal(125), Decimal(56)),
    "Quality Analyst": (Decimal(105), Decimal(48)),
}
SKILLS = (
    ("Programme management", "Delivery"), ("Change management", "Delivery"),
    ("Solution architecture", "Engineering"), ("Python", "Engineering"),
    ("GraphQL", "Engineering"), ("Data modelling", "Data"), ("Stream processing", "Data"),
    ("Test automation", "Quality"), ("Financial services", "Industry"),
    ("Manufacturing", "Industry"), ("Healthcare", "Industry"), ("Public sector", "Industry"),
)  # fmt: skip
VENDORS = (
    ("VEN-000001", "Nordlicht Data Services", "DE", "EUR", True),
    ("VEN-000002", "Blue Ridge Analytics LLC", "US", "USD", True),
    ("VEN-000003", "Merlion Engineering", "SG", "SGD", True),
    ("VEN-000004", "Quickstaff Contractors", "GB", "GBP", False),
    ("VEN-000005", "Osprey Security Partners", "US", "USD", True),
    ("VEN-000006", "Kizuna Systems K.K.", "JP", "JPY", False),
)
_STEMS = (
    "Aldermere", "Brightwater", "Castellan", "Dunmore", "Eversholt", "Fairhaven", "Greyfriars",
    "Hallmark", "Ironbridge", "Juniper", "Kestrel", "Larkspur", "Montclair", "Northgate",
    "Oakhurst", "Pemberton", "Quillan", "Ravenswood", "Silverlake", "Thornbury",
)  # fmt: skip
_BUSINESSES = (
    ("Bank", "Financial services"), ("Insurance", "Financial services"),
    ("Motors", "Manufacturing"), ("Pharma", "Healthcare"), ("Energy", "Utilities"),
    ("Retail", "Retail"), ("Logistics", "Transport"), ("Telecom", "Communications"),
)  # fmt: skip
FIRST_NAMES = (
    "Ada", "Bruno", "Chiara", "David", "Elif", "Felix", "Grace", "Hiro", "Ines", "Jonas",
    "Kavya", "Liam", "Mei", "Noor", "Oscar", "Priya", "Quentin", "Rosa", "Sven", "Tara",
)  # fmt: skip
LAST_NAMES = (
    "Lindqvist", "Okafor", "Tanaka", "Moreau", "Schneider", "Silva", "Nguyen", "Kowalski",
    "Haddad", "Iyer", "Johansson", "Castillo", "Becker", "Rossi", "Whitfield", "Zhang",
    "Novak", "Fraser", "Adeyemi", "Larsen", "Petrov", "Mbeki", "Santos",
)  # fmt: skip
PROJECTS = (
    "Data platform", "Claims automation", "Core banking migration", "Customer portal",
    "Supply chain visibility", "Regulatory reporting", "Cloud foundation", "Pricing engine",
    "Field service rollout", "Master data programme", "Analytics centre", "Security uplift",
)  # fmt: skip
WORKSTREAMS = ("Discovery and design", "Build and integration", "Rollout and handover")


def company_of(region: str) -> Company:
    """The legal entity that serves a region."""
    return next(company for company in COMPANIES if company.region == region)


def customer_name(index: int) -> tuple[str, str]:
    """Name and industry of a customer, counted from 0."""
    business, industry = _BUSINESSES[(index * 3 + index // 8) % len(_BUSINESSES)]
    generation = index // len(_STEMS)
    suffix = ("", " Group", " Holdings", " International")[generation % 4]
    number = f" {generation // 4 + 1}" if generation >= 4 else ""
    return f"{_STEMS[index % len(_STEMS)]} {business}{suffix}{number}", industry


def in_currency(euro: Decimal, currency: str) -> Money:
    """A euro price in another currency, in whole units (whole hundreds of yen)."""
    step = Decimal(100) if currency == "JPY" else Decimal(1)
    converted = euro * CURRENCIES[currency][2]
    return Money((converted / step).quantize(Decimal(1)) * step, currency)


def add_months(day: date, months: int) -> date:
    """The same day of another month; all dates used here are on or before the 28th."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, min(day.day, 28))


def months_between(start: date, end: date) -> list[date]:
    """The first days of the months from that of `start` to that of `end`."""
    months, month = [], start.replace(day=1)
    while month <= end:
        months.append(month)
        month = add_months(month, 1)
    return months
