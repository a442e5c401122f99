"""Conditions joined by `or` and `and`, which the query languages of the sandbox have in common."""

from __future__ import annotations

from collections.abc import Callable

from subgraphs.systems_of_record.query.predicates import And, Or, Predicate
from subgraphs.systems_of_record.sandbox.lexing import Tokens


def condition(tokens: Tokens, comparison: Callable[[Tokens], Predicate]) -> Predicate:
    """Read a condition: `and` binds more tightly than `or`, parentheses group.

    `comparison` reads what is neither. Raises `QuerySyntaxError`, also when groups lie too deep.
    """

    def either() -> Predicate:
        tokens.deepen()
        parts = [both()]
        while tokens.accept("or"):
            parts.append(both())
        tokens.surface()
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both() -> Predicate:
        parts = [single()]
        while tokens.accept("and"):
            parts.append(single())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def single() -> Predicate:
        if not tokens.accept("("):
            return comparison(tokens)
        inner = either()
        tokens.expect(")")
        return inner

    return either()
