"""No provisioning and no growth of a contract for a customer on credit hold."""

from __future__ import annotations

from auth.decision import Deny, NoObjection, Outcome, Reason
from auth.policies.facts import Case, require

RULE = "credit-hold"


def credit_hold(case: Case) -> Outcome:
    """Deny while the customer is on hold; an amendment that adds no value may pass."""
    customer = require(case.facts.customer, "customer standing")
    facts = {"customer": customer.customer_id, "creditHold": str(customer.credit_hold).lower()}
    if not customer.credit_hold:
        return NoObjection((Reason(RULE, "CREDIT_GOOD", "No credit hold.", facts),))
    change = case.facts.value_change
    if change is not None and change.delta <= 0:
        facts["valueDelta"] = str(change.delta)
        message = "On credit hold, but the amendment adds no value."
        return NoObjection((Reason(RULE, "CREDIT_HOLD_NO_GROWTH", message, facts),))
    message = f"Customer {customer.customer_id} is on credit hold."
    return Deny((Reason(RULE, "CREDIT_HOLD", message, facts),))
