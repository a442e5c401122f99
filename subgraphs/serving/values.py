"""The value types that all subgraphs share, and how records of a system become graph types.

Value types are `@shareable`: the same definition in every subgraph, resolved wherever they occur.
A value's Python side is the record's own value object (`records.common.Money` for `Money`, say):
it has the same attributes, so nothing is copied. Entities are instances of their graph type,
because abstract types are told apart by class.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar, cast

import strawberry
from strawberry.types.scalar import ScalarDefinition

from subgraphs.serving.errors import BadInputError
from subgraphs.systems_of_record.records import common

T = TypeVar("T")

# The most digits that a decimal of a client may have: far beyond any sum of money, far below
# what makes arithmetic expensive.
_MAX_DIGITS = 40
_CURRENCY_LENGTH = 3


def _serialise(value: Decimal) -> str:
    return format(value, "f")


def parse_decimal(value: object) -> Decimal:
    """A decimal from its text or an integer; raises `BadInputError` (a float is not exact)."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise BadInputError("A decimal is written as a string.")
    try:
        # An integer of a huge number of digits is refused by its text's length as well.
        text = str(value) if isinstance(value, str) or abs(value) < 10**_MAX_DIGITS else "?" * 99
        parsed = Decimal(text) if len(text) <= _MAX_DIGITS else Decimal("NaN")
    except InvalidOperation:
        parsed = Decimal("NaN")
    if not parsed.is_finite() or abs(parsed.adjusted()) > _MAX_DIGITS:
        raise BadInputError("This is not a decimal number.")
    return parsed


DECIMAL: ScalarDefinition = strawberry.scalar(
    name="Decimal",
    description="An exact decimal number, written as a string: never a float.",
    serialize=_serialise,
    parse_value=parse_decimal,
)


@strawberry.federation.type(shareable=True, description="A decimal amount in one currency.")
class Money:
    amount: Decimal = strawberry.field(description="Exact, as a string.")
    currency: str = strawberry.field(description="ISO 4217 code.")


@strawberry.federation.type(
    shareable=True, description="Where a record came from, and which version of it was read."
)
class RecordSource:
    system: common.System = strawberry.field(description="The system that owns the record.")
    external_id: strawberry.ID = strawberry.field(description="The record's id in the system.")
    version: str = strawberry.field(description="The system's opaque version token.")
    modified_at: datetime = strawberry.field(description="When it was last changed there.")
    fetched_at: datetime = strawberry.field(description="When it was read for this answer.")


@strawberry.interface(description="A fact that one system of record owns.")
class SourceRecord:
    id: strawberry.ID
    source: RecordSource


def money(value: common.Money) -> Money:
    """A record's money as the graph's type: the same object, as the type checker sees it."""
    return cast("Money", value)


def read_money(representation: object) -> common.Money | None:
    """Money as a representation carries it (`{"amount": "1.00", "currency": "EUR"}`), or None.

    Raises `BadInputError` for anything else.
    """
    if representation is None:
        return None
    if not isinstance(representation, Mapping):
        raise BadInputError("Money is an object of an amount and a currency.")
    currency = representation.get("currency")
    if not isinstance(currency, str) or len(currency) != _CURRENCY_LENGTH:
        raise BadInputError("A currency is an ISO 4217 code.")
    return common.Money(parse_decimal(representation.get("amount")), currency)


def from_record(kind: type[T], record: object, /, **others: Any) -> T:
    """An instance of a graph type with the record's values for the fields of the same name.

    `others` give the fields that the record lacks or names otherwise. Private fields are filled
    too: they hold the keys that the type's resolvers go on from.
    """
    values = {
        name: getattr(record, name)
        for name in _constructed_fields(cast("Any", kind))
        if name not in others
    }
    return kind(**values, **others)


@cache
def _constructed_fields(kind: Hashable) -> tuple[str, ...]:
    return tuple(each.name for each in fields(cast("type[Any]", kind)) if each.init)
