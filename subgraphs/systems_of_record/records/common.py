"""Values shared by the records of every system: money, provenance, pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")

# ISO 4217 exponents that differ from two; extend with the currencies a firm trades in.
_MINOR_UNITS = {"JPY": 0, "KRW": 0, "CLP": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3}


class System(StrEnum):
    """The kinds of system of record; each fact is owned by exactly one of them."""

    CRM = "CRM"
    CLM = "CLM"
    ERP = "ERP"
    PSA = "PSA"


class EngagementType(StrEnum):
    """How the customer is charged; decides billing rule, schedule and revenue method."""

    TIME_AND_MATERIALS = "TIME_AND_MATERIALS"
    FIXED_FEE = "FIXED_FEE"
    RETAINER = "RETAINER"
    MILESTONE = "MILESTONE"


class Period(StrEnum):
    """The rhythm of recurring billing or recognition."""

    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record came from: lineage for audits and the token for conditional writes.

    `version` is the owning system's opaque version token (ETag, row version, timestamp);
    compare it for equality only. `modified_at` and `fetched_at` are aware UTC times.
    """

    system: System
    external_id: str
    version: str
    modified_at: datetime
    fetched_at: datetime


class CurrencyMismatchError(ValueError):
    """Two amounts of different currencies were combined without a conversion."""


@dataclass(frozen=True, slots=True)
class Money:
    """A decimal amount in one ISO 4217 currency. Arithmetic refuses mixed currencies."""

    amount: Decimal
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in this currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Money:
        """Money from an exact literal; a float is no exact literal."""
        return cls(Decimal(amount), currency)

    @classmethod
    def total(cls, parts: Iterable[Money], currency: str) -> Money:
        """The sum of parts that are all in `currency`; zero when there are none."""
        result = cls.zero(currency)
        for part in parts:
            result += part
        return result

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def rounded(self) -> Money:
        """The amount in whole minor units, half to even."""
        exponent = Decimal(1).scaleb(-_MINOR_UNITS.get(self.currency, 2))
        return Money(self.amount.quantize(exponent, rounding=ROUND_HALF_EVEN), self.currency)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{other.currency} cannot be combined with {self.currency}")
        return other.amount


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of an ordered list.

    `cursors[i]` stands directly behind `items[i]`: passed as `after`, the list continues with
    the item that followed, also when rows were added or removed meanwhile (keyset paging).
    `total` counts all matches; it is None where the system does not tell.
    """

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next: bool
    total: int | None = None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last item, None on an empty page."""
        return self.cursors[-1] if self.cursors else None


@dataclass(frozen=True, slots=True)
class OrderBy:
    """An order for a list: a field of the record (its Python name) and a direction.

    Ties are broken by the id, so that every order is total.
    """

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is wanted: at most `first` items behind the cursor `after`."""

    first: int = 50
    after: str | None = None
    order_by: OrderBy | None = None
    with_total: bool = False


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """Something changed in a system of record. Delivered at least once and in no order.

    `type` is the business event (`contract.approved`, `timesheet.approved`, ...); `id` is
    unique a system, so that a consumer recognises a repeated delivery.
    """

    id: str
    system: System
    type: str
    subject: str
    contract_id: str | None
    version: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A stretch of a system's change feed; `cursor` asks for what follows."""

    events: tuple[ChangeEvent, ...]
    cursor: str
    has_more: bool
