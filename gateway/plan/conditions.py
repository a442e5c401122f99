"""Conditions on the client's Boolean variables: conjunctions along a path, disjunctions of uses."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.plan.nodes import Condition, Literal

Conjunction = tuple[Literal, ...]
"""Sorted literals that must all hold; `()` always does."""

ALWAYS: Conjunction = ()


def conjoin(left: Conjunction, right: Conjunction) -> Conjunction | None:
    """Both conditions; None if they contradict each other."""
    if not left or not right:
        return left or right
    both = {*left, *right}
    if len({literal.variable for literal in both}) != len(both):
        return None
    return tuple(sorted(both))


def disjoin(uses: Iterable[Conjunction]) -> Condition | None:
    """Any of the conditions, simplified; None if that is always the case.

    A conjunction that implies another is absorbed by it, and two that differ in the sign of one
    literal alone become one without it.
    """
    terms = {frozenset(use) for use in uses}
    changed = True
    while changed:
        changed = False
        for term in sorted(terms, key=_order):
            for literal in term:
                twin = (term - {literal}) | {Literal(literal.variable, not literal.value)}
                if twin in terms:
                    terms = (terms - {term, twin}) | {term - {literal}}
                    changed = True
                    break
            if changed:
                break
    terms = {term for term in terms if not any(other < term for other in terms)}
    if frozenset() in terms:
        return None
    return tuple(tuple(sorted(term)) for term in sorted(terms, key=_order))


def either(left: Condition | None, right: Condition | None) -> Condition | None:
    """The disjunction of two conditions."""
    if left is None or right is None:
        return None
    return left if left == right else disjoin((*left, *right))


def both(left: Condition | None, right: Condition | None) -> Condition | None:
    """The conjunction of two conditions; an empty disjunction never holds."""
    if left is None or right is None:
        return right if left is None else left
    pairs = (conjoin(one, other) for one in left for other in right)
    return disjoin(pair for pair in pairs if pair is not None)


def variables_of(condition: Condition | None) -> set[str]:
    """The variables that a condition reads."""
    return {literal.variable for term in condition or () for literal in term}


def _order(term: frozenset[Literal]) -> tuple[int, list[Literal]]:
    return (len(term), sorted(term))
