"""The rule book as a whole: what the rules decide together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auth.caller import ANONYMOUS
from auth.decision import Allow, Deny, NeedsApproval
from auth.policies.facts import Case, CustomerStanding, Facts, PassThrough
from auth.policies.judge import judge
from auth.policies.vocabulary import Action
from tests.auth.policies.cases import (
    AGENT,
    EXECUTIVE,
    FINANCE,
    LEAD,
    approved,
    case,
    change,
)


def test_an_allowed_case_names_every_rule_that_was_asked():
    decision = judge(case())
    assert isinstance(decision, Allow)
    assert [reason.rule for reason in decision.reasons] == [
        "role-grant",
        "region-scope",
        "legal-entity-scope",
        "credit-hold",
        "rate-floor",
        "subcontractor-pass-through",
        "data-class",
    ]


def test_all_refusing_rules_are_named_and_no_other():
    on_hold = CustomerStanding("C-1", credit_hold=True)
    decision = judge(case(customer=on_hold, region="APAC"))
    assert isinstance(decision, Deny)
    assert [reason.code for reason in decision.reasons] == ["REGION_OUT_OF_SCOPE", "CREDIT_HOLD"]


def test_a_denial_outweighs_a_missing_approval():
    decision = judge(case(AGENT, region="APAC", requester="agent-7"))
    assert isinstance(decision, Deny)


def test_missing_approvals_of_different_rules_add_up():
    decision = judge(
        case(
            action=Action.APPLY_AMENDMENT,
            value_change=change("2000000"),
            pass_through=(PassThrough("Acme", True),),
        )
    )
    assert isinstance(decision, NeedsApproval)
    assert decision.by == {"finance_approver", "executive", "procurement"}


def test_after_the_last_approval_the_same_case_is_allowed():
    facts = {"action": Action.APPLY_AMENDMENT, "value_change": change("2000000")}
    one = judge(case(**facts, approvals=approved("finance_approver=fritz")))
    both = judge(case(**facts, approvals=approved("finance_approver=fritz", "executive=eva")))
    assert isinstance(one, NeedsApproval)
    assert one.by == {"executive"}
    assert isinstance(both, Allow)


def test_an_approval_does_not_bypass_policy():
    decision = judge(
        case(
            action=Action.APPLY_AMENDMENT,
            value_change=change("2000000"),
            approvals=approved("finance_approver=fritz", "executive=eva"),
            customer=CustomerStanding("C-1", credit_hold=True),
        )
    )
    assert isinstance(decision, Deny)


@pytest.mark.parametrize("action", list(Action))
def test_nothing_known_is_denied(action):
    assert isinstance(judge(Case(LEAD, action, Facts())), Deny)


@pytest.mark.parametrize("action", list(Action))
def test_nobody_known_is_denied(action):
    assert isinstance(judge(case(ANONYMOUS, action)), Deny)


def test_an_action_without_rules_is_denied_by_default():
    decision = judge(case(), book={})
    assert isinstance(decision, Deny)
    assert decision.reasons[0].code == "NOT_GRANTED"


def test_limits_alone_grant_nothing():
    from auth.policies.region_scope import region_scope

    decision = judge(case(), book={Action.PROVISION: (region_scope,)})
    assert isinstance(decision, Deny)
    assert decision.reasons[0].code == "NOT_GRANTED"


def test_a_missing_fact_is_a_denial_that_names_it():
    decision = judge(case(customer=None))
    assert isinstance(decision, Deny)
    assert decision.reasons[0].code == "FACT_MISSING"
    assert decision.reasons[0].facts == {"fact": "customer standing"}


@pytest.mark.parametrize(
    ("approver", "allowed"),
    [
        (FINANCE, True),
        (EXECUTIVE, False),
        (LEAD, False),
        (replace(FINANCE, subject="lena"), False),
        (replace(FINANCE, subject="anna"), False),
        (replace(FINANCE, regions=frozenset({"APAC"})), False),
        (replace(FINANCE, legal_entities=frozenset()), False),
    ],
)
def test_who_may_approve(approver, allowed):
    asked = case(approver, Action.APPROVE_RUN, awaited_roles=frozenset({"finance_approver"}))
    assert isinstance(judge(asked), Allow) is allowed
