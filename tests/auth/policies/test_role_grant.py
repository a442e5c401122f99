from __future__ import annotations

from dataclasses import replace

import pytest

from auth.caller import ANONYMOUS, CallerKind
from auth.policies.role_grant import role_grant
from auth.policies.vocabulary import Action
from tests.auth.policies.cases import (
    AGENT,
    EXECUTIVE,
    FINANCE,
    LEAD,
    OPERATIONS,
    PROCUREMENT,
    case,
    code,
)

HELD, MISSING, SCOPE = "Allow ROLE_HELD", "Deny ROLE_MISSING", "Allow SCOPE_HELD"
SCOPED_PERSON = replace(LEAD, roles=frozenset(), scopes=frozenset({Action.PROVISION.value}))
APPROVING_AGENT = replace(AGENT, roles=frozenset({"finance_approver"}))


@pytest.mark.parametrize(
    ("caller", "action", "expected"),
    [
        (LEAD, Action.PROVISION, HELD),
        (FINANCE, Action.PROVISION, HELD),
        (PROCUREMENT, Action.PROVISION, HELD),
        (EXECUTIVE, Action.PROVISION, MISSING),
        (OPERATIONS, Action.PROVISION, MISSING),
        (AGENT, Action.PROVISION, SCOPE),
        (AGENT, Action.APPLY_AMENDMENT, MISSING),
        (SCOPED_PERSON, Action.PROVISION, MISSING),
        (OPERATIONS, Action.REPLAY_RUN, HELD),
        (LEAD, Action.REPLAY_RUN, MISSING),
        (LEAD, Action.CANCEL_RUN, HELD),
        (LEAD, Action.RESOLVE_EXCEPTION, MISSING),
        (FINANCE, Action.ISSUE_INVOICE, HELD),
        (LEAD, Action.ISSUE_INVOICE, MISSING),
        (ANONYMOUS, Action.READ_ENGAGEMENT, "Deny UNAUTHENTICATED"),
    ],
)
def test_truth_table(caller, action, expected):
    assert code(role_grant(case(caller, action))) == expected


@pytest.mark.parametrize(
    ("caller", "awaited", "expected"),
    [
        (FINANCE, {"finance_approver"}, HELD),
        (FINANCE, {"executive"}, MISSING),
        (FINANCE, set(), MISSING),
        (EXECUTIVE, {"finance_approver", "executive"}, HELD),
        (APPROVING_AGENT, {"finance_approver"}, MISSING),
    ],
)
def test_only_people_of_an_awaited_role_approve(caller, awaited, expected):
    asked = case(caller, Action.APPROVE_RUN, awaited_roles=frozenset(awaited))
    assert code(role_grant(asked)) == expected


def test_a_service_is_held_to_its_scopes_like_an_agent():
    service = replace(AGENT, kind=CallerKind.SERVICE)
    assert code(role_grant(case(service, Action.PREVIEW_PROVISIONING))) == SCOPE
    assert code(role_grant(case(service, Action.PREVIEW_AMENDMENT))) == MISSING


@pytest.mark.parametrize(
    ("caller", "action", "sentence"),
    [
        (
            OPERATIONS,
            Action.ISSUE_INVOICE,
            "billing:invoice:issue needs the role finance_approver.",
        ),
        (AGENT, Action.APPLY_AMENDMENT, "You lack the scope engagement:amendment:apply."),
        (
            AGENT,
            Action.APPROVE_RUN,
            "engagement:run:approve needs a person; you are of kind agent.",
        ),
        (FINANCE, Action.APPROVE_RUN, "engagement:run:approve needs a role that nobody awaits."),
    ],
)
def test_a_denial_says_what_is_missing(caller, action, sentence):
    assert role_grant(case(caller, action)).reasons[0].message == sentence
