from __future__ import annotations

import pytest

from auth.policies.facts import PassThrough
from auth.policies.subcontractor_pass_through import subcontractor_pass_through
from tests.auth.policies.cases import LEAD, PROCUREMENT, approved, case, code

GOOD, BAD = PassThrough("Acme", True), PassThrough("Shady", False)
NEEDED = "NeedsApproval PROCUREMENT_NEEDED by procurement"


@pytest.mark.parametrize(
    ("caller", "vendors", "approvals", "expected"),
    [
        (LEAD, (), (), "NoObjection NO_PASS_THROUGH"),
        (LEAD, (GOOD,), (), NEEDED),
        (LEAD, (GOOD,), ("procurement=paul",), "NoObjection PROCUREMENT_INVOLVED"),
        (LEAD, (GOOD,), ("procurement=lena",), NEEDED),
        (LEAD, (GOOD,), ("finance_approver=fritz",), NEEDED),
        (PROCUREMENT, (GOOD,), (), "NoObjection PROCUREMENT_INVOLVED"),
        (PROCUREMENT, (GOOD, BAD), (), "Deny VENDOR_NOT_APPROVED"),
        (LEAD, (BAD,), ("procurement=paul",), "Deny VENDOR_NOT_APPROVED"),
    ],
)
def test_truth_table(caller, vendors, approvals, expected):
    asked = case(caller, pass_through=vendors, approvals=approved(*approvals))
    assert code(subcontractor_pass_through(asked)) == expected
