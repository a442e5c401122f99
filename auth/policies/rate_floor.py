"""A rate below the approved card by more than the allowed discount is refused."""

from __future__ import annotations

from decimal import Decimal

from auth.decision import Deny, NoObjection, Outcome, Reason
from auth.policies.facts import Case, RateOffer

RULE = "rate-floor"


def rate_floor(case: Case) -> Outcome:
    """Deny when any offered rate lies under its floor, naming each that does."""
    below = tuple(offer for offer in case.facts.rate_offers if offer.offered < floor(offer))
    if below:
        return Deny(tuple(_refusal(offer) for offer in below))
    facts = {"rates": str(len(case.facts.rate_offers))}
    return NoObjection((Reason(RULE, "RATES_AT_OR_ABOVE_FLOOR", "No rate is too low.", facts),))


def floor(offer: RateOffer) -> Decimal:
    """The lowest rate that may be offered for the role."""
    return offer.approved * (1 - offer.allowed_discount)


def _refusal(offer: RateOffer) -> Reason:
    facts = {
        "role": offer.role,
        "offered": str(offer.offered),
        "approved": str(offer.approved),
        "allowedDiscount": str(offer.allowed_discount),
        "floor": str(floor(offer)),
    }
    message = f"The rate for {offer.role} lies below the floor of {floor(offer)}."
    return Reason(RULE, "RATE_BELOW_FLOOR", message, facts)
