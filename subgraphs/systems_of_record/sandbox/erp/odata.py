"""Reads the part of OData v4 query options and keys that the sandbox ERP answers."""

from __future__ import annotations

import re
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

_STRING = re.compile(r"'(?:[^']|'')*'")
_MARKS = re.compile(r"[(),=]")
_OPERATORS = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def parse_filter(text: str) -> Predicate:
    """The condition in a `$filter`. Raises QuerySyntaxError."""
    tokens = _tokens(text)
    predicate = condition(tokens, _comparison)
    tokens.finish()
    return predicate


def parse_order(text: str) -> tuple[Order, ...]:
    """The terms of an `$orderby`. Raises QuerySyntaxError."""
    tokens = _tokens(text)
    terms = [_order(tokens)]
    while tokens.accept(","):
        terms.append(_order(tokens))
    tokens.finish()
    return tuple(terms)


def parse_key(text: str) -> str | dict[str, str]:
    """The key in `Set(key)`: an id, or the values of an alternate key by property."""
    tokens = _tokens(text)
    if tokens.peek().kind == "text":
        value = str(tokens.scalar())
        tokens.finish()
        return value
    found: dict[str, str] = {}
    while True:
        name = tokens.name()
        tokens.expect("=")
        found[name] = str(tokens.scalar())
        if not tokens.accept(","):
            break
    tokens.finish()
    return found


def _tokens(text: str) -> Tokens:
    return Tokens([_token(kind, raw) for kind, raw in split(text, _STRING, _MARKS)])


def _order(tokens: Tokens) -> Order:
    path = _path(tokens.name())
    return Order(path, tokens.accept("asc", "desc") == "desc")


def _comparison(tokens: Tokens) -> Predicate:
    if tokens.peek().value.lower() == "contains" and tokens.peek(1).value == "(":
        return _contains(tokens)
    path = _path(tokens.name())
    operator = tokens.accept("in", *_OPERATORS)
    if operator == "in":
        return _in(tokens, path)
    if operator is None:
        raise QuerySyntaxError(f"an operator is expected before {tokens.peek().value!r}")
    return Compare(path, cast(Operator, _OPERATORS[operator]), tokens.scalar())


def _in(tokens: Tokens, path: str) -> Predicate:
    tokens.expect("(")
    if tokens.accept(")"):
        return In(path, ())
    values = [tokens.scalar()]
    while tokens.accept(","):
        values.append(tokens.scalar())
    tokens.expect(")")
    return In(path, tuple(values))


def _contains(tokens: Tokens) -> Predicate:
    for mark in ("contains", "(", "tolower", "("):
        tokens.expect(mark)
    path = _path(tokens.name())
    tokens.expect(")")
    tokens.expect(",")
    text = str(tokens.scalar())
    tokens.expect(")")
    return Contains(path, text)


def _path(name: str) -> str:
    return name.replace("/", ".")


def _token(kind: str, raw: str) -> Token:
    return Token(kind, raw[1:-1].replace("''", "'") if kind == "text" else raw)
