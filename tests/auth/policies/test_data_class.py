from __future__ import annotations

from dataclasses import replace

import pytest

from auth.caller import CallerKind
from auth.policies.data_class import data_class
from auth.policies.vocabulary import Action
from tests.auth.policies.cases import AGENT, LEAD, approved, case, code

SERVICE = replace(AGENT, subject="portal", kind=CallerKind.SERVICE)
FREE = "NoObjection CALLER_MAY_EXECUTE"
NEEDED = "NeedsApproval UNATTENDED_CALLER by delivery_lead"


@pytest.mark.parametrize(
    ("caller", "action", "approvals", "expected"),
    [
        (LEAD, Action.PROVISION, (), FREE),
        (AGENT, Action.PREVIEW_PROVISIONING, (), FREE),
        (AGENT, Action.READ_ENGAGEMENT, (), FREE),
        (AGENT, Action.PROVISION, (), NEEDED),
        (SERVICE, Action.APPLY_AMENDMENT, (), NEEDED),
        (SERVICE, Action.CANCEL_RUN, (), NEEDED),
        (AGENT, Action.PROVISION, ("delivery_lead=lisa",), "NoObjection PERSON_APPROVED"),
        (AGENT, Action.PROVISION, ("finance_approver=fritz",), NEEDED),
        (AGENT, Action.PROVISION, ("delivery_lead=agent-7",), NEEDED),
    ],
)
def test_truth_table(caller, action, approvals, expected):
    asked = case(caller, action, requester=caller.subject, approvals=approved(*approvals))
    assert code(data_class(asked)) == expected


@pytest.mark.parametrize("action", list(Action))
def test_no_action_that_changes_something_escapes(action):
    outcome = code(data_class(case(AGENT, action)))
    assert outcome == (FREE if action.value.endswith((":read", ":preview")) else NEEDED)
