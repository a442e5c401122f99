"""Apply the rule book to a case."""

from __future__ import annotations

from collections.abc import Mapping

from auth.decision import Decision, Deny, Outcome, Reason, combine
from auth.policies.book import RULE_BOOK, Rule
from auth.policies.facts import Case, MissingFactError
from auth.policies.vocabulary import Action


def judge(case: Case, book: Mapping[Action, tuple[Rule, ...]] = RULE_BOOK) -> Decision:
    """Return what all rules of the case's action decide together.

    Pure: the same case gives the same decision. A fact that a rule needs and nobody gathered is
    a denial with the code FACT_MISSING; a fault inside a rule is not caught, so that nothing is
    decided at all.
    """
    return combine(_apply(rule, case) for rule in book.get(case.action, ()))


def _apply(rule: Rule, case: Case) -> Outcome:
    try:
        return rule(case)
    except MissingFactError as missing:
        name = rule.__name__.replace("_", "-")
        message = f"Cannot be decided: the {missing.name} is unknown."
        return Deny((Reason(name, "FACT_MISSING", message, {"fact": missing.name}),))
