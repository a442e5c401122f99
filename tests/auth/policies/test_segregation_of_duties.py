from __future__ import annotations

import pytest

from auth.policies.facts import MissingFactError
from auth.policies.segregation_of_duties import segregation_of_duties
from auth.policies.vocabulary import Action
from tests.auth.policies.cases import FINANCE, approved, case, code


@pytest.mark.parametrize(
    ("author", "requester", "approvals", "expected"),
    [
        ("anna", "lena", (), "NoObjection DUTIES_SEPARATE"),
        ("fritz", "lena", (), "Deny APPROVER_IS_AUTHOR"),
        ("anna", "fritz", (), "Deny APPROVER_IS_REQUESTER"),
        ("fritz", "fritz", (), "Deny APPROVER_IS_REQUESTER"),
        (None, "lena", (), "NoObjection DUTIES_SEPARATE"),
        ("anna", "lena", ("executive=fritz",), "Deny ALREADY_APPROVED"),
        ("anna", "lena", ("executive=eva",), "NoObjection DUTIES_SEPARATE"),
    ],
)
def test_truth_table(author, requester, approvals, expected):
    asked = case(
        FINANCE,
        Action.APPROVE_RUN,
        author=author,
        requester=requester,
        approvals=approved(*approvals),
    )
    assert code(segregation_of_duties(asked)) == expected


def test_an_unknown_requester_cannot_be_decided():
    with pytest.raises(MissingFactError):
        segregation_of_duties(case(FINANCE, Action.APPROVE_RUN, requester=None))
