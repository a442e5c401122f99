"""CONTRACT_EMPTY: The tags of a contract leave no query."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from gateway.composition.contract import Contract
from tests.composition.harness import Case, check, composes, raises

_A = """
    type Query {
      q: Int @tag(name: "shop")
    }
"""
_B = """
    type Query {
      p: Int @tag(name: "audit")
    }
"""
_MESSAGE = "The tags of the contract leave no field of Query."
CASES = (
    raises(
        Code.CONTRACT_EMPTY,
        f'{_MESSAGE} No element carries the tag "nobody".',
        at="a:3:5, b:3:5",
        contract=Contract(include=frozenset({"nobody"})),
        a=_A,
        b=_B,
    ),
    raises(
        Code.CONTRACT_EMPTY,
        _MESSAGE,
        at="a:3:5, b:3:5",
        contract=Contract(exclude=frozenset({"shop", "audit"})),
        a=_A,
        b=_B,
    ),
    raises(
        Code.CONTRACT_EMPTY,
        _MESSAGE,
        at="a:3:5, b:3:5",
        contract=Contract(frozenset({"shop"}), frozenset({"shop"})),
        a=_A,
        b=_B,
    ),
    composes(contract=Contract(include=frozenset({"shop"})), a=_A, b=_B),
    composes(contract=Contract(exclude=frozenset({"audit"})), a=_A, b=_B),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
