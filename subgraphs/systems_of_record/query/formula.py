"""The filter formulas of the contract system: `And(Equals([state], 'APPROVED'), ...)`."""

from __future__ import annotations

import re
from decimal import Decimal

from subgraphs.systems_of_record.query.predicates import (
    And,
    Compare,
    Contains,
    In,
    Or,
    Predicate,
    Scalar,
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
FUNCTIONS = {
    "=": "Equals",
    "!=": "NotEquals",
    "<": "LessThan",
    "<=": "LessThanOrEqual",
    ">": "GreaterThan",
    ">=": "GreaterThanOrEqual",
}


def formula(predicate: Predicate) -> str:
    """The text of a condition. Raises ValueError on a name that is no identifier."""
    match predicate:
        case Compare(path, operator, value):
            return f"{FUNCTIONS[operator]}({_field(path)}, {literal(value)})"
        case In(path, values):
            return f"In({', '.join([_field(path), *(literal(value) for value in values)])})"
        case Contains(path, text):
            return f"Contains({_field(path)}, {literal(text)})"
        case And(parts):
            return f"And({', '.join(formula(part) for part in parts)})"
        case Or(parts):
            return f"Or({', '.join(formula(part) for part in parts)})"


def literal(value: Scalar) -> str:
    """A literal; quotes and backslashes inside text are escaped by a backslash."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _field(path: str) -> str:
    if not _NAME.match(path):
        raise ValueError(f"{path!r} is no field path")
    return f"[{path}]"
