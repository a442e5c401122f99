"""Builders of policy cases: a case in which every limit holds, to be changed one fact at a time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from auth.caller import Caller, CallerKind
from auth.decision import NeedsApproval, Outcome
from auth.policies.facts import Approval, Case, CustomerStanding, Facts, ValueChange
from auth.policies.vocabulary import Action

LEAD = Caller(
    subject="lena",
    roles=frozenset({"delivery_lead"}),
    regions=frozenset({"EMEA"}),
    legal_entities=frozenset({"DE01"}),
)
FINANCE = replace(LEAD, subject="fritz", roles=frozenset({"finance_approver"}))
EXECUTIVE = replace(LEAD, subject="eva", roles=frozenset({"executive"}))
PROCUREMENT = replace(LEAD, subject="paul", roles=frozenset({"procurement"}))
OPERATIONS = replace(
    LEAD,
    subject="olga",
    roles=frozenset({"integration_operations"}),
    all_regions=True,
    all_legal_entities=True,
)
AGENT = replace(
    LEAD,
    subject="agent-7",
    kind=CallerKind.AGENT,
    roles=frozenset(),
    scopes=frozenset({Action.PROVISION.value, Action.PREVIEW_PROVISIONING.value}),
)

FACTS = Facts(
    region="EMEA",
    legal_entity="DE01",
    customer=CustomerStanding("C-1", credit_hold=False),
    author="anna",
    requester="lena",
)


def case(caller: Caller = LEAD, action: Action = Action.PROVISION, **facts: Any) -> Case:
    """A case with the default facts, changed as named."""
    return Case(caller, action, replace(FACTS, **facts))


def change(delta: str, *, base: str = "10000000", rate: str = "1", currency: str = "EUR") -> Any:
    """A change of value, by default of a contract so large that no share matters."""
    return ValueChange(Decimal(base), Decimal(delta), currency, "EUR", Decimal(rate))


def approved(*pairs: str) -> tuple[Approval, ...]:
    """Approvals from texts such as `finance_approver=fritz`."""
    return tuple(Approval(subject, role) for role, subject in (p.split("=") for p in pairs))


def code(outcome: Outcome) -> str:
    """The outcome in one word for a truth table: its type and first code, and approvers."""
    first = outcome.reasons[0].code if outcome.reasons else ""
    by = f" by {','.join(sorted(outcome.by))}" if isinstance(outcome, NeedsApproval) else ""
    return f"{type(outcome).__name__} {first}{by}"
