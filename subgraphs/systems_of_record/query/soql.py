"""SOQL, as far as the CRM connector asks in it. Every literal is escaped."""

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

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*\Z")
_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b"}
)
_LIKE_ESCAPES = str.maketrans({"%": "\\%", "_": "\\_"})


def select(
    fields: Sequence[str],
    kind: str,
    where: Predicate | None = None,
    order: Sequence[Order] = (),
    limit: int | None = None,
) -> str:
    """A SELECT statement. Raises ValueError on a name that is no identifier."""
    text = f"SELECT {', '.join(_name(field) for field in fields)} FROM {_name(kind)}"  # noqa: S608
    if where is not None:
        text += f" WHERE {condition(where)}"
    if order:
        terms = (f"{_name(o.path)} {'DESC' if o.descending else 'ASC'}" for o in order)
        text += f" ORDER BY {', '.join(terms)}"
    return text if limit is None else f"{text} LIMIT {limit:d}"


def count(kind: str, where: Predicate | None = None) -> str:
    """A statement that only counts: its answer's totalSize."""
    text = f"SELECT COUNT() FROM {_name(kind)}"  # noqa: S608
    return text if where is None else f"{text} WHERE {condition(where)}"


def condition(predicate: Predicate) -> str:
    """The text of a condition for a WHERE clause."""
    match predicate:
        case Compare(path, operator, value):
            return f"{_name(path)} {operator} {literal(value)}"
        case In(path, values):
            if not values:
                raise ValueError("SOQL has no empty IN")
            return f"{_name(path)} IN ({', '.join(literal(value) for value in values)})"
        case Contains(path, text):
            escaped = text.translate(_ESCAPES).translate(_LIKE_ESCAPES)
            return f"{_name(path)} LIKE '%{escaped}%'"
        case And(parts):
            return "(" + " AND ".join(condition(part) for part in parts) + ")"
        case Or(parts):
            return "(" + " OR ".join(condition(part) for part in parts) + ")"


def literal(value: Scalar) -> str:
    """A literal that can neither end early nor be read as anything else."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return "'" + value.translate(_ESCAPES) + "'"


def _name(name: str) -> str:
    if not _NAME.match(name):
        raise ValueError(f"{name!r} is no SOQL name")
    return name
