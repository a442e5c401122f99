"""Which contracts exist, and what each is there to show.

Of every 150 contracts the first 10 are master agreements; then follow 36 approved and ready to
be provisioned (three for each engagement type and region, in that order), 6 approved ones that
may not be provisioned, 60 active ones (five for each type and region), and 38 in other states.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from subgraphs.systems_of_record.records.clm import ContractState
from subgraphs.systems_of_record.records.common import EngagementType
from subgraphs.systems_of_record.sandbox.seed.firm import (
    COMPANIES,
    CONTRACTS,
    CUSTOMERS,
    REGION_CURRENCIES,
    TYPES,
)

MASTERS = 10
_TRIPLES, _FIVES = 3, 5
_REST = (
    (ContractState.EXPIRED, 15),
    (ContractState.TERMINATED, 6),
    (ContractState.DRAFT, 7),
    (ContractState.IN_REVIEW, 7),
    (ContractState.SUSPENDED, 3),
)


class Obstacle(StrEnum):
    """Why an approved contract may not be provisioned."""

    CREDIT_HOLD = "CREDIT_HOLD"
    INVALID_TAX_PROFILE = "INVALID_TAX_PROFILE"
    UNAPPROVED_RATE_CARD = "UNAPPROVED_RATE_CARD"
    UNAPPROVED_VENDOR = "UNAPPROVED_VENDOR"
    FOREIGN_LEGAL_ENTITY = "FOREIGN_LEGAL_ENTITY"
    INACTIVE_CUSTOMER = "INACTIVE_CUSTOMER"


@dataclass(frozen=True, slots=True)
class Outline:
    """A contract to be: its number, kind of engagement, state and what it demonstrates.

    `customer` counts from 1; `slot` counts contracts of the same type, region and state.
    """

    number: int
    state: ContractState
    engagement_type: EngagementType | None
    region: str
    customer: int
    currency: str
    slot: int
    obstacle: Obstacle | None = None

    @property
    def id(self) -> str:
        """The contract's id."""
        return f"CTR-{self.number:06d}"

    @property
    def provisioned(self) -> bool:
        """Whether a project stands behind the contract."""
        return self.engagement_type is not None and self.state in (
            ContractState.ACTIVE,
            ContractState.EXPIRED,
            ContractState.TERMINATED,
            ContractState.SUSPENDED,
        )


def outlines(scale: int) -> list[Outline]:
    """All contracts of the firm, by number."""
    return [outline for block in range(scale) for outline in _block(block)]


def _block(block: int) -> list[Outline]:
    found: list[Outline] = []

    def add(
        state: ContractState,
        type: EngagementType | None,
        region: str,
        slot: int,
        obstacle: Obstacle | None = None,
    ) -> None:
        number = block * CONTRACTS + len(found) + 1
        customer = _customer(block, region, len(found), obstacle)
        currency = REGION_CURRENCIES[region][1 if len(found) % 5 == 4 else 0]
        found.append(Outline(number, state, type, region, customer, currency, slot, obstacle))

    regions = [company.region for company in COMPANIES]
    for index in range(MASTERS):
        add(ContractState.ACTIVE, None, regions[index % 3], index)
    for type in TYPES:
        for region in regions:
            for slot in range(_TRIPLES):
                add(ContractState.APPROVED, type, region, slot)
    for index, obstacle in enumerate(Obstacle):
        add(ContractState.APPROVED, TYPES[index % 4], regions[index % 3], 3, obstacle)
    for type in TYPES:
        for region in regions:
            for slot in range(_FIVES):
                add(ContractState.ACTIVE, type, region, slot)
    for state, count in _REST:
        for index in range(count):
            add(state, TYPES[index % 4], regions[index % 3], index)
    return found


def region_of_customer(customer: int) -> str:
    """The region that a customer, counted from 1, belongs to."""
    return COMPANIES[(customer - 1) % 3].region


def obstacle_of_customer(customer: int) -> Obstacle | None:
    """What is wrong with a customer, counted from 1: the last of every forty have something."""
    return {
        35: Obstacle.INACTIVE_CUSTOMER,
        36: Obstacle.INACTIVE_CUSTOMER,
        37: Obstacle.CREDIT_HOLD,
        38: Obstacle.INVALID_TAX_PROFILE,
        39: Obstacle.CREDIT_HOLD,
        40: Obstacle.CREDIT_HOLD,
    }.get((customer - 1) % CUSTOMERS + 1)


def _customer(block: int, region: str, position: int, obstacle: Obstacle | None) -> int:
    """A customer of the region: a good one, or one with just the obstacle."""
    first = block * CUSTOMERS
    mine = [n for n in range(first + 1, first + CUSTOMERS + 1) if region_of_customer(n) == region]
    flawed = [n for n in mine if obstacle_of_customer(n) is obstacle]
    if obstacle is not None and flawed:
        return flawed[position % len(flawed)]
    good = [n for n in mine if obstacle_of_customer(n) is None]
    return good[position % len(good)]
