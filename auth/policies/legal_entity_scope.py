"""A caller acts and reads only for legal entities that their claims cover."""

from __future__ import annotations

from auth.decision import Deny, NoObjection, Outcome, Reason
from auth.policies.facts import Case, require

RULE = "legal-entity-scope"


def legal_entity_scope(case: Case) -> Outcome:
    """Deny outside the caller's legal entities."""
    entity = require(case.facts.legal_entity, "legal entity")
    facts = {"legalEntity": entity, "callerLegalEntities": _covered(case)}
    if case.caller.may_see_legal_entity(entity):
        reason = Reason(RULE, "LEGAL_ENTITY_IN_SCOPE", "The legal entity is covered.", facts)
        return NoObjection((reason,))
    message = f"Your claims do not cover legal entity {entity}."
    return Deny((Reason(RULE, "LEGAL_ENTITY_OUT_OF_SCOPE", message, facts),))


def _covered(case: Case) -> str:
    caller = case.caller
    return "all" if caller.all_legal_entities else ",".join(sorted(caller.legal_entities))
