from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from auth.decision import (
    Allow,
    Deny,
    NeedsApproval,
    NoObjection,
    Reason,
    as_json,
    combine,
    verdict,
)

REASON = Reason("a-rule", "CODE", "Because.", {"b": "2", "a": "1"})
OUTCOMES = st.sampled_from(
    [
        Allow((REASON,)),
        Deny((REASON,)),
        NeedsApproval(frozenset({"finance"}), (REASON,)),
        NeedsApproval(frozenset({"executive"}), (REASON,)),
        NoObjection((REASON,)),
    ]
)


@given(st.lists(OUTCOMES))
def test_combining_obeys_the_precedence(outcomes):
    kinds = {type(outcome) for outcome in outcomes}
    expected = (
        "DENY"
        if Deny in kinds or Allow not in kinds
        else "NEEDS_APPROVAL"
        if NeedsApproval in kinds
        else "ALLOW"
    )
    assert verdict(combine(outcomes)) == expected


@given(st.lists(OUTCOMES), st.randoms())
def test_the_order_of_rules_does_not_change_the_verdict(outcomes, random):
    shuffled = list(outcomes)
    random.shuffle(shuffled)
    one, other = combine(outcomes), combine(shuffled)
    assert verdict(one) == verdict(other)
    assert getattr(one, "by", None) == getattr(other, "by", None)


def test_json_is_stable_and_complete():
    decision = NeedsApproval(frozenset({"z", "a"}), (REASON,))
    assert json.dumps(as_json(decision)) == (
        '{"verdict": "NEEDS_APPROVAL", "by": ["a", "z"], "reasons": [{"rule": "a-rule", '
        '"code": "CODE", "message": "Because.", "facts": {"a": "1", "b": "2"}}]}'
    )
