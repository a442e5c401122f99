"""A condition as a tree, independent of any system's query language.

A `path` names a field, with dots into nested objects. Text compares by code point, numbers by
value; an absent text is the empty text and an absent number is below every number, so that
every order is total and a keyset cursor can stand on an absent value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">="]
Scalar: TypeAlias = str | int | Decimal | bool


@dataclass(frozen=True, slots=True)
class Compare:
    """A field stands in this relation to a value."""

    path: str
    operator: Operator
    value: Scalar


@dataclass(frozen=True, slots=True)
class In:
    """A field has one of these values (none: never true)."""

    path: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    """A text field contains this text, whatever the case."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Predicate, ...]


Predicate: TypeAlias = Compare | In | Contains | And | Or


@dataclass(frozen=True, slots=True)
class Order:
    """One term of an order."""

    path: str
    descending: bool = False


def conjunction(parts: Iterable[Predicate | None]) -> Predicate | None:
    """All of the parts that are there; None when there is nothing to demand."""
    present = tuple(part for part in parts if part is not None)
    if not present:
        return None
    return present[0] if len(present) == 1 else And(present)


def behind(order: Order, value: Scalar, id_path: str, id_value: str) -> Predicate:
    """What stands behind a row in an order that breaks ties by id, ascending."""
    if order.path == id_path:
        return Compare(id_path, "<" if order.descending else ">", id_value)
    return Or(
        (
            Compare(order.path, "<" if order.descending else ">", value),
            And((Compare(order.path, "=", value), Compare(id_path, ">", id_value))),
        )
    )
