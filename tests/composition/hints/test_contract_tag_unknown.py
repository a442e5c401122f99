"""CONTRACT_TAG_UNKNOWN.

A contract names a tag that no element carries.
"""

from __future__ import annotations

import pytest

from gateway.composition.contract import Contract
from gateway.composition.hints import HintCode
from tests.composition.harness import HintCase, check_hint, gives_none, hints

_TAGGED = 'type Query { x(a: Int @tag(name: "argument")): Int @tag(name: "public") y: Int }'
CASES = {
    "excluded": hints(
        HintCode.CONTRACT_TAG_UNKNOWN,
        'No element carries the tag "internal", which the contract excludes.',
        at="",
        contract=Contract(exclude=frozenset({"internal"})),
        a=_TAGGED,
    ),
    "included and misspelt": hints(
        HintCode.CONTRACT_TAG_UNKNOWN,
        'No element carries the tag "pubic", which the contract includes. Did you mean "public"?',
        at="",
        contract=Contract(include=frozenset({"pubic", "public"})),
        a=_TAGGED,
    ),
    "known": gives_none(
        HintCode.CONTRACT_TAG_UNKNOWN,
        contract=Contract(frozenset({"public"}), frozenset({"argument"})),
        a=_TAGGED,
    ),
    "no contract": gives_none(HintCode.CONTRACT_TAG_UNKNOWN, a=_TAGGED),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_case(case: HintCase) -> None:
    check_hint(case)
