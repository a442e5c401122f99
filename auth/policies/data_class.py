"""An agent or a service account may look and preview, but not execute without an approval."""

from __future__ import annotations

from auth.caller import CallerKind
from auth.decision import NeedsApproval, NoObjection, Outcome, Reason
from auth.policies.facts import Case
from auth.policies.vocabulary import Role

RULE = "data-class"


def data_class(case: Case) -> Outcome:
    """Ask for a delivery lead's approval when no person stands behind a change."""
    kind = case.caller.kind
    facts = {"callerKind": kind.value, "action": case.action.value}
    if kind is CallerKind.PERSON or case.action.is_harmless:
        return NoObjection((Reason(RULE, "CALLER_MAY_EXECUTE", "No approval needed.", facts),))
    if not case.lacks_approval_of(Role.DELIVERY_LEAD):
        reason = Reason(RULE, "PERSON_APPROVED", "A person has approved the execution.", facts)
        return NoObjection((reason,))
    message = f"A caller of kind {kind.value} needs a delivery lead's approval to execute."
    reason = Reason(RULE, "UNATTENDED_CALLER", message, facts)
    return NeedsApproval(frozenset({Role.DELIVERY_LEAD.value}), (reason,))
