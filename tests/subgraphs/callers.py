"""Who asks in the subgraphs' tests."""

from __future__ import annotations

from auth.caller import Caller

REGION, ENTITY = "EMEA", "MER-DE"

FINANCE = Caller(
    "finance-1",
    roles=frozenset({"finance_approver"}),
    regions=frozenset({REGION}),
    legal_entities=frozenset({ENTITY}),
)
LEAD = Caller(
    "nobody-s-lead",
    roles=frozenset({"delivery_lead"}),
    regions=frozenset({REGION}),
    legal_entities=frozenset({ENTITY}),
)
GROUP = Caller(
    "finance-0",
    roles=frozenset({"finance_approver"}),
    all_regions=True,
    all_legal_entities=True,
)
