"""Reads the filter formulas of the sandbox contract system."""

from __future__ import annotations

import re
from typing import cast

from subgraphs.systems_of_record.query.formula import FUNCTIONS
from subgraphs.systems_of_record.query.predicates import (
    And,
    Compare,
    Contains,
    In,
    Operator,
    Or,
    Predicate,
)
from subgraphs.systems_of_record.sandbox.lexing import QuerySyntaxError, Token, Tokens, split

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL)
_MARKS = re.compile(r"[(),\[\]]")
_COMPARISONS = {name.lower(): operator for operator, name in FUNCTIONS.items()}


def parse(text: str) -> Predicate:
    """The condition in a formula. Raises QuerySyntaxError."""
    tokens = Tokens([_token(kind, raw) for kind, raw in split(text, _STRING, _MARKS)])
    predicate = _call(tokens)
    tokens.finish()
    return predicate


def _call(tokens: Tokens) -> Predicate:
    tokens.deepen()
    function = tokens.name().lower()
    tokens.expect("(")
    predicate = _arguments(tokens, function)
    tokens.expect(")")
    tokens.surface()
    return predicate


def _arguments(tokens: Tokens, function: str) -> Predicate:
    if function in ("and", "or"):
        parts = [_call(tokens)]
        while tokens.accept(","):
            parts.append(_call(tokens))
        return And(tuple(parts)) if function == "and" else Or(tuple(parts))
    tokens.expect("[")
    path = tokens.name()
    tokens.expect("]")
    values = []
    while tokens.accept(","):
        values.append(tokens.scalar())
    if function == "in":
        return In(path, tuple(values))
    if len(values) == 1 and function == "contains":
        return Contains(path, str(values[0]))
    if len(values) == 1 and function in _COMPARISONS:
        return Compare(path, cast(Operator, _COMPARISONS[function]), values[0])
    raise QuerySyntaxError(f"{function!r} is not known with {len(values)} values")


def _token(kind: str, raw: str) -> Token:
    if kind != "text":
        return Token(kind, raw)
    return Token("text", re.sub(r"\\(.)", r"\1", raw[1:-1], flags=re.DOTALL))
