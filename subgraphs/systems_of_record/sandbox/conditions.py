"""Conditions to SQL over the stored documents; values are always bound, never spliced."""

from __future__ import annotations

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
from subgraphs.systems_of_record.sandbox.kinds import FieldType, Kind

# SQLite's own lower() knows ASCII only, so the store brings a function of this name.
CASEFOLD = "casefold"


class UnknownFieldError(ValueError):
    """A condition or order names a field that the kind does not declare."""


def where_clause(kind: Kind, predicate: Predicate | None) -> tuple[str, list[object]]:
    """The SQL text of a condition and the values to bind. Raises UnknownFieldError."""
    if predicate is None:
        return "1", []
    values: list[object] = []
    return _sql(kind, predicate, values), values


def order_clause(kind: Kind, order: Sequence[Order]) -> str:
    """The SQL text of an order, made total by the id."""
    terms = [f"{column(kind, o.path)} {'DESC' if o.descending else 'ASC'}" for o in order]
    if not any(o.path == kind.id_field for o in order):
        terms.append("id ASC")
    return ", ".join(terms)


def column(kind: Kind, path: str) -> str:
    """The SQL expression of a declared field; absent values have a place in its order."""
    if path == kind.id_field:
        return "id"
    if path == kind.modified_field:
        return "modified_at"
    if path not in kind.fields:
        raise UnknownFieldError(path)
    if kind.fields[path] is FieldType.NUMBER:
        return f"CAST(COALESCE({extracted(path)}, '-9e99') AS REAL)"
    return f"COALESCE({extracted(path)}, '')"


def extracted(path: str) -> str:
    """The SQL expression of what stands at a declared path; the path must be trusted text."""
    return f"json_extract(doc, '$.{path}')"


def _sql(kind: Kind, predicate: Predicate, values: list[object]) -> str:
    match predicate:
        case Compare(path, operator, value):
            values.append(_bound(kind, path, value))
            return f"{column(kind, path)} {operator} ?"
        case In(path, options):
            values.extend(_bound(kind, path, option) for option in options)
            return f"{column(kind, path)} IN ({', '.join('?' * len(options))})"
        case Contains(path, text):
            values.append(text.casefold())
            return f"instr({CASEFOLD}({column(kind, path)}), ?) > 0"
        case And(parts):
            return "(" + " AND ".join(_sql(kind, part, values) for part in parts) + ")"
        case Or(parts):
            return "(" + " OR ".join(_sql(kind, part, values) for part in parts) + ")"


def _bound(kind: Kind, path: str, value: Scalar) -> object:
    if kind.fields.get(path) is FieldType.NUMBER:
        try:
            return float(value)
        except ValueError as error:
            raise UnknownFieldError(f"{path} compares with numbers") from error
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, Decimal) else value
