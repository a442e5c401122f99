from __future__ import annotations

from dataclasses import replace

import pytest

from auth.policies.facts import MissingFactError
from auth.policies.legal_entity_scope import legal_entity_scope
from tests.auth.policies.cases import LEAD, case, code

NONE = replace(LEAD, legal_entities=frozenset())
ALL = replace(NONE, all_legal_entities=True)


@pytest.mark.parametrize(
    ("caller", "entity", "expected"),
    [
        (LEAD, "DE01", "NoObjection LEGAL_ENTITY_IN_SCOPE"),
        (LEAD, "US01", "Deny LEGAL_ENTITY_OUT_OF_SCOPE"),
        (NONE, "DE01", "Deny LEGAL_ENTITY_OUT_OF_SCOPE"),
        (ALL, "US01", "NoObjection LEGAL_ENTITY_IN_SCOPE"),
    ],
)
def test_truth_table(caller, entity, expected):
    assert code(legal_entity_scope(case(caller, legal_entity=entity))) == expected


def test_an_unknown_legal_entity_cannot_be_decided():
    with pytest.raises(MissingFactError, match="legal entity"):
        legal_entity_scope(case(legal_entity=None))
