"""Nobody sees beyond their claims: truth tables of the scope, the filters and the role checks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.caller import ANONYMOUS, Caller, CallerKind
from auth.decision import Allow
from auth.policies.vocabulary import Action
from subgraphs.contract.filters import ContractFilterInput
from subgraphs.serving.errors import BadInputError
from subgraphs.serving.filtering import narrow, read_page
from subgraphs.serving.scope import Scope
from subgraphs.systems_of_record.filters import ContractFilter
from subgraphs.systems_of_record.records.clm import ContractState
from subgraphs.systems_of_record.records.common import Page, PageRequest

LEADER = frozenset({"delivery_lead"})
LEAD = Caller(
    "u", roles=LEADER, regions=frozenset({"EMEA", "APAC"}), legal_entities=frozenset({"DE01"})
)
EVERYWHERE = Caller("u", roles=LEADER, all_regions=True, all_legal_entities=True)
REGIONS = st.sampled_from(["EMEA", "AMER", "APAC"])


@dataclass(frozen=True, slots=True)
class Place:
    region: str
    legal_entity: str


@given(st.frozensets(REGIONS), st.one_of(st.none(), st.lists(REGIONS)), st.booleans())
def test_a_filter_is_never_wider_than_the_claims(
    claimed: frozenset[str], asked: list[str] | None, unbounded: bool
) -> None:
    scope = Scope(replace(LEAD, regions=claimed, all_regions=unbounded))
    bound = scope.regions(asked)
    if unbounded:
        assert bound == (None if asked is None else tuple(asked))
    else:
        assert bound is not None
        assert set(bound) <= claimed
        assert set(bound) == (claimed if asked is None else claimed & set(asked))


def test_an_anonymous_caller_covers_nothing() -> None:
    scope = Scope(ANONYMOUS)
    assert scope.regions(None) == scope.regions(["EMEA"]) == scope.legal_entities(None) == ()
    assert not scope.covers_region("EMEA")
    assert not scope.covers_customer("EMEA", ("DE01",))
    assert not isinstance(scope.cost_decision(Place("EMEA", "DE01"), "anonymous"), Allow)


def test_a_role_or_for_services_a_scope_is_needed_to_read_at_all() -> None:
    nobody = replace(EVERYWHERE, roles=frozenset())
    assert Scope(nobody).regions(None) == ()
    assert not Scope(nobody).covers(Place("EMEA", "DE01"))
    service = replace(nobody, kind=CallerKind.SERVICE)
    assert Scope(service).regions(None) == ()
    granted = replace(service, scopes=frozenset({Action.READ_ENGAGEMENT.value}))
    assert Scope(granted).regions(None) is None


@pytest.mark.parametrize(
    ("region", "entities", "visible"),
    [
        ("EMEA", (), True),
        ("AMER", ("DE01", "US01"), True),
        ("AMER", ("US01",), False),
        ("AMER", (), False),
    ],
)
def test_a_customer_is_seen_by_region_or_by_the_entity_it_trades_with(
    region: str, entities: tuple[str, ...], visible: bool
) -> None:
    assert Scope(LEAD).covers_customer(region, entities) is visible


@pytest.mark.parametrize(
    ("roles", "place", "lead", "allowed"),
    [
        ({"finance_approver"}, "EMEA", None, True),
        ({"finance_approver"}, "AMER", None, False),
        ({"delivery_lead"}, "EMEA", "u", True),
        ({"delivery_lead"}, "AMER", "u", False),
        ({"delivery_lead"}, "EMEA", "somebody", False),
        ({"delivery_lead"}, "EMEA", None, False),
        (set(), "EMEA", "u", False),
    ],
)
def test_costs_and_margins_are_for_finance_and_the_lead(
    roles: set[str], place: str, lead: str | None, allowed: bool
) -> None:
    scope = Scope(replace(LEAD, roles=frozenset(roles)))
    assert isinstance(scope.cost_decision(Place(place, "DE01"), lead), Allow) is allowed


def test_filters_take_over_what_is_asked_within_bounds() -> None:
    given_input = ContractFilterInput(
        regions=["EMEA", "AMER"], states=[ContractState.ACTIVE], title_contains="cloud"
    )
    assert narrow(ContractFilter, given_input, Scope(LEAD)) == ContractFilter(
        regions=("EMEA",),
        legal_entities=("DE01",),
        states=(ContractState.ACTIVE,),
        title_contains="cloud",
    )
    assert narrow(ContractFilter, None, Scope(EVERYWHERE)) == ContractFilter()


@pytest.mark.parametrize(
    "given_input",
    [
        ContractFilterInput(title_contains="x" * 201),
        ContractFilterInput(regions=["EMEA"] * 201),
        ContractFilterInput(currencies=["x" * 201]),
    ],
)
def test_unreasonable_filters_are_refused(given_input: ContractFilterInput) -> None:
    with pytest.raises(BadInputError):
        narrow(ContractFilter, given_input, Scope(LEAD))


async def test_a_system_is_not_asked_for_what_nobody_may_see() -> None:
    async def fetch(where: ContractFilter, request: PageRequest) -> Page[str]:
        raise AssertionError("asked")

    where = narrow(ContractFilter, None, Scope(ANONYMOUS))
    page = await read_page(fetch, where, PageRequest(with_total=True))
    assert page == Page((), (), False, 0)
