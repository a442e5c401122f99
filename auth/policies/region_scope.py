"""A caller acts and reads only in regions that their claims cover."""

from __future__ import annotations

from auth.decision import Deny, NoObjection, Outcome, Reason
from auth.policies.facts import Case, require

RULE = "region-scope"


def region_scope(case: Case) -> Outcome:
    """Deny outside the caller's regions."""
    region = require(case.facts.region, "region")
    facts = {"region": region, "callerRegions": _covered(case)}
    if case.caller.may_see_region(region):
        return NoObjection((Reason(RULE, "REGION_IN_SCOPE", "The region is covered.", facts),))
    message = f"Your claims do not cover region {region}."
    return Deny((Reason(RULE, "REGION_OUT_OF_SCOPE", message, facts),))


def _covered(case: Case) -> str:
    return "all" if case.caller.all_regions else ",".join(sorted(case.caller.regions))
