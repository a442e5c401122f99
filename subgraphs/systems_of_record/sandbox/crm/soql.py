"""Reads the part of SOQL that the sandbox CRM answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from subgraphs.systems_of_record.query.predicates import (
    Compare,
    Contains,
    In,
    Operator,
    Order,
    Predicate,
)
from subgraphs.systems_of_record.sandbox.lexing import QuerySyntaxError, Token, Tokens, split
from subgraphs.systems_of_record.sandbox.logic import condition

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)
_MARKS = re.compile(r"<=|>=|!=|[=<>(),]")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "b": "\b"}


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT statement; one without fields only counts."""

    fields: tuple[str, ...]
    kind: str
    where: Predicate | None
    order: tuple[Order, ...]
    limit: int | None


def parse(text: str) -> Select:
    """The statement in a text. Raises QuerySyntaxError."""
    tokens = Tokens([_token(kind, raw) for kind, raw in split(text, _STRING, _MARKS)])
    tokens.expect("select")
    fields = [tokens.name()]
    if fields == ["COUNT"] and tokens.accept("("):
        tokens.expect(")")
        fields = []
    while tokens.accept(","):
        fields.append(tokens.name())
    tokens.expect("from")
    kind = tokens.name()
    where = condition(tokens, _comparison) if tokens.accept("where") else None
    order: list[Order] = []
    if tokens.accept("order"):
        tokens.expect("by")
        order.append(_order(tokens))
        while tokens.accept(","):
            order.append(_order(tokens))
    limit = _limit(tokens) if tokens.accept("limit") else None
    tokens.finish()
    return Select(tuple(fields), kind, where, tuple(order), limit)


def _limit(tokens: Tokens) -> int:
    value = tokens.scalar()
    if not isinstance(value, Decimal) or value < 0 or value != int(value):
        raise QuerySyntaxError("LIMIT takes a whole number")
    return int(value)


def _order(tokens: Tokens) -> Order:
    path = tokens.name()
    return Order(path, tokens.accept("asc", "desc") == "desc")


def _comparison(tokens: Tokens) -> Predicate:
    path = tokens.name()
    if tokens.accept("in"):
        tokens.expect("(")
        values = [tokens.scalar()]
        while tokens.accept(","):
            values.append(tokens.scalar())
        tokens.expect(")")
        return In(path, tuple(values))
    if tokens.accept("like"):
        return Contains(path, _pattern(str(tokens.scalar())))
    operator = tokens.accept("=", "!=", "<", "<=", ">", ">=")
    if operator is None:
        raise QuerySyntaxError(f"an operator is expected before {tokens.peek().value!r}")
    return Compare(path, cast(Operator, operator), tokens.scalar())


def _pattern(text: str) -> str:
    if len(text) < 2 or not (text.startswith("%") and text.endswith("%")):
        raise QuerySyntaxError("LIKE is answered for '%text%' only")
    inner = text[1:-1]
    if re.search(r"(?<!\\)[%_]", inner):
        raise QuerySyntaxError("LIKE is answered for '%text%' only")
    return re.sub(r"\\([%_])", r"\1", inner)


def _token(kind: str, raw: str) -> Token:
    if kind != "text":
        return Token(kind, raw)
    # `\%` and `\_` are kept: only LIKE gives them a meaning.
    value = re.sub(
        r"\\(.)",
        lambda m: m[0] if m[1] in "%_" else _ESCAPES.get(m[1], m[1]),
        raw[1:-1],
        flags=re.DOTALL,
    )
    return Token("text", value)
