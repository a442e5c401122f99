"""OData 4.01 `$filter` and `$orderby`, as far as the ERP connector asks in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from subgraphs.systems_of_record.query.predicates import (
    And,
    Compare,
    Contains,
    In,
    Or,
    Order,
    Predicate,
    Scalar,
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_OPERATORS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def filter_text(predicate: Predicate) -> str:
    """The text of a condition; the value of `$filter` before percent-encoding."""
    match predicate:
        case Compare(path, operator, value):
            return f"{property_path(path)} {_OPERATORS[operator]} {literal(value)}"
        case In(path, values):
            listed = ",".join(literal(value) for value in values)
            return f"{property_path(path)} in ({listed})"
        case Contains(path, text):
            return f"contains(tolower({property_path(path)}),{literal(text.lower())})"
        case And(parts):
            return "(" + " and ".join(filter_text(part) for part in parts) + ")"
        case Or(parts):
            return "(" + " or ".join(filter_text(part) for part in parts) + ")"


def order_text(order: Sequence[Order]) -> str:
    """The value of `$orderby`."""
    return ",".join(f"{property_path(o.path)} {'desc' if o.descending else 'asc'}" for o in order)


def literal(value: Scalar) -> str:
    """A primitive literal; a quote inside text is doubled."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return "'" + value.replace("'", "''") + "'"


def property_path(path: str) -> str:
    """`Budget.Amount` → `Budget/Amount`. Raises ValueError on what is no identifier."""
    parts = path.split(".")
    if not all(_NAME.match(part) for part in parts):
        raise ValueError(f"{path!r} is no property path")
    return "/".join(parts)
