from __future__ import annotations

from datetime import date

import pytest

from auth.policies.facts import MissingFactError, TimeBasis
from auth.policies.time_basis import time_basis
from auth.policies.vocabulary import Action
from tests.auth.policies.cases import case

START, END = date(2026, 1, 1), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("day", "role", "expected"),
    [
        (START, "analyst", ["TIME_HAS_BASIS"]),
        (END, "analyst", ["TIME_HAS_BASIS"]),
        (date(2025, 12, 31), "analyst", ["OUT_OF_TERM"]),
        (date(2026, 7, 1), "analyst", ["OUT_OF_TERM"]),
        (START, "wizard", ["ROLE_NOT_ON_CARD"]),
        (date(2026, 7, 1), "wizard", ["OUT_OF_TERM", "ROLE_NOT_ON_CARD"]),
    ],
)
def test_truth_table(day, role, expected):
    basis = TimeBasis(day, START, END, role, frozenset({"analyst"}))
    outcome = time_basis(case(action=Action.RECORD_TIME, time=basis))
    assert [reason.code for reason in outcome.reasons] == expected


def test_an_unknown_basis_cannot_be_decided():
    with pytest.raises(MissingFactError):
        time_basis(case(action=Action.RECORD_TIME))
