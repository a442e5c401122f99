"""Whoever authored or requested a change cannot approve it, and nobody approves twice."""

from __future__ import annotations

from auth.decision import Deny, NoObjection, Outcome, Reason
from auth.policies.facts import Case, require

RULE = "segregation-of-duties"


def segregation_of_duties(case: Case) -> Outcome:
    """Deny an approval by its author, its requester, or by one who has approved already."""
    requester = require(case.facts.requester, "requester")
    subject = case.caller.subject
    facts = {"approver": subject, "requester": requester, "author": case.facts.author or ""}
    if subject == requester:
        return _deny("APPROVER_IS_REQUESTER", "You requested this run.", facts)
    if subject == case.facts.author:
        return _deny("APPROVER_IS_AUTHOR", "You authored this amendment.", facts)
    if any(approval.subject == subject for approval in case.facts.approvals):
        return _deny("ALREADY_APPROVED", "You have approved this run in another role.", facts)
    return NoObjection((Reason(RULE, "DUTIES_SEPARATE", "The approver is independent.", facts),))


def _deny(code: str, message: str, facts: dict[str, str]) -> Deny:
    return Deny((Reason(RULE, code, message, facts),))
