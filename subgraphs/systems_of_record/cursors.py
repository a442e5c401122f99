"""Opaque keyset cursors: the order that a list was in, and the row that it got to."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from subgraphs.systems_of_record.codec import format_instant
from subgraphs.systems_of_record.records.common import Money, OrderBy


class InvalidCursorError(ValueError):
    """A text is no cursor of this list in this order."""


@dataclass(frozen=True, slots=True)
class Position:
    """A row in an order: the value that it is ordered by, as text, and its id."""

    value: str
    id: str


def cursor_of(order: OrderBy, position: Position) -> str:
    """The cursor behind a row."""
    parts = [order.field, order.descending, position.value, position.id]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position_in(cursor: str, order: OrderBy, numeric: bool) -> Position:
    """The row that a cursor stands behind. Raises InvalidCursorError."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        field, descending, value, id = parts
        if numeric and not Decimal(value).is_finite():
            raise ValueError(value)
    except (ValueError, TypeError, binascii.Error, InvalidOperation) as error:
        raise InvalidCursorError("the cursor is not valid") from error
    if (field, descending) != (order.field, order.descending):
        raise InvalidCursorError("the cursor belongs to another order")
    if not isinstance(value, str) or not isinstance(id, str):
        raise InvalidCursorError("the cursor is not valid")
    return Position(value, id)


def value_text(value: Any) -> str:
    """A field's value as the text that a system orders it by."""
    match value:
        case None:
            return ""
        case Money(amount=amount):
            return format(amount, "f")
        case Decimal():
            return format(value, "f")
        case datetime():
            return format_instant(value)
        case date():
            return value.isoformat()
        case Enum():
            return str(value.value)
    return str(value)
