"""Time is recorded only within the contract's term and in a role of its rate card."""

from __future__ import annotations

from auth.decision import Deny, NoObjection, Outcome, Reason
from auth.policies.facts import Case, require

RULE = "time-basis"


def time_basis(case: Case) -> Outcome:
    """Deny time outside the term, or in a role that the rate card does not price."""
    basis = require(case.facts.time, "time basis")
    facts = {
        "day": basis.day.isoformat(),
        "term": f"{basis.contract_start.isoformat()}/{basis.contract_end.isoformat()}",
        "role": basis.role,
        "cardRoles": ",".join(sorted(basis.card_roles)),
    }
    faults = []
    if not basis.contract_start <= basis.day <= basis.contract_end:
        faults.append(Reason(RULE, "OUT_OF_TERM", "The day lies outside the term.", facts))
    if basis.role not in basis.card_roles:
        faults.append(Reason(RULE, "ROLE_NOT_ON_CARD", "The rate card lacks the role.", facts))
    if faults:
        return Deny(tuple(faults))
    return NoObjection((Reason(RULE, "TIME_HAS_BASIS", "In term, and the role is priced.", facts),))
