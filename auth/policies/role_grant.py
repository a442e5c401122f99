"""Who may ask for an action at all: people by role, services and agents by scope.

This is the only rule that grants. All others limit what it granted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from auth.caller import CallerKind
from auth.decision import Allow, Deny, Outcome, Reason
from auth.policies.facts import Case
from auth.policies.vocabulary import Action, Role

RULE = "role-grant"

_READERS = frozenset(
    {
        Role.DELIVERY_LEAD,
        Role.FINANCE_APPROVER,
        Role.EXECUTIVE,
        Role.PROCUREMENT,
        Role.INTEGRATION_OPERATIONS,
        Role.SALES,
    }
)
_OWNERS = frozenset({Role.DELIVERY_LEAD, Role.FINANCE_APPROVER})
_OPERATORS = frozenset({Role.INTEGRATION_OPERATIONS})

GRANTS: Mapping[Action, frozenset[Role]] = MappingProxyType(
    {
        Action.READ_ENGAGEMENT: _READERS | {Role.CONSULTANT},
        Action.READ_COST: _READERS,
        Action.READ_RUN: _READERS,
        Action.PREVIEW_PROVISIONING: _READERS,
        Action.PREVIEW_AMENDMENT: _READERS,
        Action.PROVISION: _OWNERS | {Role.PROCUREMENT},
        Action.APPLY_AMENDMENT: _OWNERS | {Role.PROCUREMENT},
        Action.REPLAY_RUN: _OPERATORS,
        Action.CANCEL_RUN: _OPERATORS | _OWNERS,
        Action.RESOLVE_EXCEPTION: _OPERATORS,
        Action.ISSUE_INVOICE: frozenset({Role.FINANCE_APPROVER}),
        Action.RECORD_TIME: frozenset({Role.CONSULTANT, Role.DELIVERY_LEAD}),
    }
)


def role_grant(case: Case) -> Outcome:
    """Allow when the caller holds a role (or, not being a person, the scope) for the action."""
    caller, action = case.caller, case.action
    needed = _roles_for(case)
    facts = {
        "action": action.value,
        "callerKind": caller.kind.value,
        "callerRoles": ",".join(sorted(caller.roles)),
        "neededRoles": ",".join(sorted(needed)),
    }
    if not caller.authenticated:
        return Deny((Reason(RULE, "UNAUTHENTICATED", "Nobody is signed in.", facts),))
    if caller.roles & needed:
        return Allow((Reason(RULE, "ROLE_HELD", "A role of the caller grants this.", facts),))
    by_scope = caller.kind in {CallerKind.SERVICE, CallerKind.AGENT}
    if by_scope and action.value in caller.scopes and action not in _PEOPLE_ONLY:
        return Allow((Reason(RULE, "SCOPE_HELD", "A scope of the caller grants this.", facts),))
    return Deny((Reason(RULE, "ROLE_MISSING", _missing(case, needed), facts),))


def _missing(case: Case, needed: frozenset[str]) -> str:
    """What the caller would have to be, or to hold, in a sentence."""
    action = case.action
    if case.caller.kind is CallerKind.PERSON:
        return f"{action.value} needs {_one_of(needed)}."
    if action in _PEOPLE_ONLY:
        return f"{action.value} needs a person; you are of kind {case.caller.kind.value}."
    return f"You lack the scope {action.value}."


def _one_of(roles: frozenset[str]) -> str:
    names = sorted(roles)
    if not names:
        return "a role that nobody awaits"
    return f"the role {names[0]}" if len(names) == 1 else f"one of the roles {', '.join(names)}"


# An approval is a person's word; no scope stands in for it.
_PEOPLE_ONLY = frozenset({Action.APPROVE_RUN, Action.REJECT_RUN})


def _roles_for(case: Case) -> frozenset[str]:
    if case.action in _PEOPLE_ONLY:
        return case.facts.awaited_roles if case.caller.kind is CallerKind.PERSON else frozenset()
    return frozenset(role.value for role in GRANTS.get(case.action, frozenset()))
