"""Passing subcontractors' cost through needs an approved vendor and somebody of procurement.

The procurement role may be the caller's own, or come as an approval. An unapproved vendor is
refused outright: no approval of a run replaces the vetting of a vendor.
"""

from __future__ import annotations

from auth.decision import Deny, NeedsApproval, NoObjection, Outcome, Reason
from auth.policies.facts import Case
from auth.policies.vocabulary import Role

RULE = "subcontractor-pass-through"


def subcontractor_pass_through(case: Case) -> Outcome:
    """Deny unapproved vendors; otherwise make sure that procurement has a hand in it."""
    vendors = case.facts.pass_through
    facts = {"vendors": ",".join(sorted(item.vendor for item in vendors))}
    if not vendors:
        return NoObjection((Reason(RULE, "NO_PASS_THROUGH", "Nothing is passed through."),))
    unapproved = sorted(item.vendor for item in vendors if not item.vendor_approved)
    if unapproved:
        message = f"Not an approved vendor: {', '.join(unapproved)}."
        return Deny((Reason(RULE, "VENDOR_NOT_APPROVED", message, facts),))
    if Role.PROCUREMENT in case.caller.roles or not case.lacks_approval_of(Role.PROCUREMENT):
        reason = Reason(RULE, "PROCUREMENT_INVOLVED", "Procurement stands behind it.", facts)
        return NoObjection((reason,))
    message = "Subcontractor pass-through needs approval by procurement."
    reason = Reason(RULE, "PROCUREMENT_NEEDED", message, facts)
    return NeedsApproval(frozenset({Role.PROCUREMENT.value}), (reason,))
