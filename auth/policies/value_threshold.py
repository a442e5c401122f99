"""Large additions to a contract need finance, and very large ones an executive as well.

Limits are in the group currency; the addition is converted at the rate among the facts. They
are exceeded only beyond the limit: exactly 20 % or exactly 250,000 passes.
"""

from __future__ import annotations

from decimal import Decimal

from auth.decision import NeedsApproval, NoObjection, Outcome, Reason
from auth.policies.facts import Case, ValueChange, require
from auth.policies.vocabulary import Role

RULE = "value-threshold"
FINANCE_SHARE = Decimal("0.20")
FINANCE_AMOUNT = Decimal(250_000)
EXECUTIVE_AMOUNT = Decimal(1_000_000)


def value_threshold(case: Case) -> Outcome:
    """Ask for the approvals that the added value calls for and that are not given yet."""
    change = require(case.facts.value_change, "value change")
    needed = approvers_for(change)
    facts = {
        "baseValue": f"{change.base} {change.currency}",
        "valueDelta": f"{change.delta} {change.currency}",
        "groupDelta": f"{group_amount(change):f} {change.group_currency}",
        "groupRate": f"{change.group_rate:f}",
        "approvals": ",".join(sorted(f"{a.role}={a.subject}" for a in case.facts.approvals)),
    }
    if not needed:
        reason = Reason(RULE, "BELOW_THRESHOLD", "No value threshold is exceeded.", facts)
        return NoObjection((reason,))
    missing = frozenset(role for role in needed if case.lacks_approval_of(role))
    if not missing:
        reason = Reason(RULE, "THRESHOLD_APPROVED", "Every approval needed is given.", facts)
        return NoObjection((reason,))
    message = f"The added value needs approval by {', '.join(sorted(missing))}."
    return NeedsApproval(missing, (Reason(RULE, "ABOVE_THRESHOLD", message, facts),))


def group_amount(change: ValueChange) -> Decimal:
    """The added value in the group currency, rounded to two places for the record."""
    return (change.delta * change.group_rate).quantize(Decimal("0.01"))


def approvers_for(change: ValueChange) -> frozenset[str]:
    """The roles that must approve this change of value, given or not."""
    if change.delta <= 0:
        return frozenset()
    in_group = change.delta * change.group_rate
    if in_group > EXECUTIVE_AMOUNT:
        return frozenset({Role.FINANCE_APPROVER.value, Role.EXECUTIVE.value})
    if in_group > FINANCE_AMOUNT or change.delta > change.base * FINANCE_SHARE:
        return frozenset({Role.FINANCE_APPROVER.value})
    return frozenset()
