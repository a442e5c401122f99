"""Reads the query parameters of lists.

`field[]=a&field[]=b` any of the values; `field_gte`, `field_lte`, `field_gt`, `field_lt` bounds;
`field_like` contains, any case; `order=field:asc|desc`; `starting_after=["value","id"]` continues
behind a row; `page` and `per_page` count from 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from subgraphs.systems_of_record.query.predicates import (
    Compare,
    Contains,
    In,
    Operator,
    Or,
    Order,
    Predicate,
    Scalar,
    behind,
    conjunction,
)
from subgraphs.systems_of_record.sandbox.kinds import FieldType, Kind
from subgraphs.systems_of_record.sandbox.lexing import QuerySyntaxError

MAX_PER_PAGE = 200
_BOUNDS: dict[str, Operator] = {"_gte": ">=", "_lte": "<=", "_gt": ">", "_lt": "<"}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list request asks for; `offset` and `limit` say which page."""

    where: Predicate | None
    order: tuple[Order, ...]
    page: int
    per_page: int

    @property
    def offset(self) -> int:
        """How many rows stand before the page."""
        return (self.page - 1) * self.per_page


def read(kind: Kind, items: Iterable[tuple[str, str]]) -> ListQuery:
    """The query in the parameters of a request. Raises QuerySyntaxError."""
    single: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    for name, value in items:
        if name.endswith("[]"):
            many.setdefault(name[:-2], []).append(value)
        else:
            single[name] = value
    page = _positive(single.pop("page", "1"))
    per_page = min(_positive(single.pop("per_page", "20")), MAX_PER_PAGE)
    order = _order(single.pop("order", "id:asc"))
    after = single.pop("starting_after", None)
    parts: list[Predicate | None] = [
        In(_field(kind, name), tuple(_value(kind, name, v) for v in values))
        for name, values in many.items()
    ]
    parts.extend(_condition(kind, name, value) for name, value in single.items())
    if after is not None:
        parts.append(_behind(kind, order, after))
    return ListQuery(conjunction(parts), (order,), page, per_page)


def _condition(kind: Kind, name: str, value: str) -> Predicate:
    if name.endswith("_any_like"):
        path = _field(kind, name.removesuffix("_any_like"))
        return Or(tuple(Contains(path, part) for part in value.split("|")))
    if name.endswith("_like"):
        return Contains(_field(kind, name.removesuffix("_like")), value)
    for suffix, operator in _BOUNDS.items():
        path = name.removesuffix(suffix)
        if name.endswith(suffix) and path:
            return Compare(_field(kind, path), operator, _value(kind, path, value))
    return Compare(_field(kind, name), "=", _value(kind, name, value))


def _behind(kind: Kind, order: Order, text: str) -> Predicate:
    try:
        value, id = json.loads(text)
    except (ValueError, TypeError) as error:
        raise QuerySyntaxError("starting_after is not valid") from error
    if not isinstance(value, str) or not isinstance(id, str):
        raise QuerySyntaxError("starting_after is not valid")
    path = _field(kind, order.path)
    return behind(order, _value(kind, path, value), kind.id_field, id)


def _order(text: str) -> Order:
    path, _, direction = text.partition(":")
    if direction not in ("", "asc", "desc"):
        raise QuerySyntaxError(f"{direction!r} is no direction")
    return Order(path, direction == "desc")


def _field(kind: Kind, name: str) -> str:
    if name not in kind.fields and name not in (kind.id_field, kind.modified_field):
        raise QuerySyntaxError(f"{name!r} is no filter of {kind.name}")
    return name


def _value(kind: Kind, path: str, text: str) -> Scalar:
    if kind.fields.get(path) is FieldType.NUMBER:
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise QuerySyntaxError(f"{text!r} is no number") from error
        if not number.is_finite():
            raise QuerySyntaxError(f"{text!r} is no number")
        return number
    return text == "true" if text in ("true", "false") else text


def _positive(text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise QuerySyntaxError(f"{text!r} is no page")
    return int(text)
