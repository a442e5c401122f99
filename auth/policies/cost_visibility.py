"""Cost rates and margins are seen only by finance and the engagement's own lead."""

from __future__ import annotations

from auth.decision import Deny, NoObjection, Outcome, Reason
from auth.policies.facts import Case
from auth.policies.vocabulary import Role

RULE = "cost-visibility"
_SEEING = frozenset({Role.FINANCE_APPROVER.value, Role.EXECUTIVE.value})


def cost_visibility(case: Case) -> Outcome:
    """Deny everybody else, a lead of another engagement included."""
    lead = case.facts.engagement_lead
    facts = {"engagementLead": lead or "", "caller": case.caller.subject}
    if case.caller.roles & _SEEING:
        return NoObjection((Reason(RULE, "FINANCE_SEES_COST", "Finance sees costs.", facts),))
    if lead is not None and case.caller.subject == lead:
        return NoObjection((Reason(RULE, "LEAD_SEES_COST", "The lead sees costs.", facts),))
    message = "Costs and margins are for finance and the engagement's own lead."
    return Deny((Reason(RULE, "COST_HIDDEN", message, facts),))
