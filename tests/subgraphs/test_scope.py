"""A caller of one region sees nothing of the others: not in lists, not by key, not by reference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from auth.caller import ANONYMOUS, Caller
from tests.kit.subgraph_host import Graph
from tests.subgraphs.callers import ENTITY, FINANCE, GROUP, LEAD, REGION
from tests.subgraphs.test_everything import LISTS

# How each list tells where its items belong.
PLACES = {
    "contracts": "region legalEntity { id }",
    "amendments": "contract { region legalEntity { id } }",
    "customers": "region",
    "opportunities": "region",
    "projects": "region legalEntity { id }",
    "invoices": "region legalEntity { id }",
    "disputes": "invoice { region legalEntity { id } }",
    "resources": "region legalEntity { id }",
    "assignments": "engagement { id }",
    "timesheetEntries": "engagement { id }",
    "expenses": "engagement { id }",
}
TYPES = {
    "contracts": "Contract",
    "amendments": "Amendment",
    "customers": "Customer",
    "opportunities": "Opportunity",
    "projects": "Project",
    "invoices": "Invoice",
    "disputes": "Dispute",
    "resources": "Resource",
    "assignments": "Assignment",
    "timesheetEntries": "TimesheetEntry",
    "expenses": "Expense",
}
FIELDS = [(name, field) for name, listed in LISTS.items() for field in listed]
NOBODY = replace(GROUP, roles=frozenset())


def listed(graph: Graph, name: str, field: str, caller: Caller) -> tuple[int, list[dict[str, Any]]]:
    query = f"{{ {field}(first: 100) {{ totalCount nodes {{ id {PLACES[field]} }} }} }}"
    found = graph.data(name, query, caller)[field]
    return found["totalCount"], found["nodes"]


def place(node: dict[str, Any]) -> tuple[str | None, str | None]:
    inner = node.get("contract") or node.get("invoice") or node
    return inner.get("region"), (inner.get("legalEntity") or {}).get("id")


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_lists_stay_within_the_claims(graph: Graph, name: str, field: str) -> None:
    all_count, _ = listed(graph, name, field, GROUP)
    own_count, own = listed(graph, name, field, LEAD)
    assert 0 < own_count < all_count
    for region, entity in map(place, own):
        assert region in (REGION, None)
        assert entity in (ENTITY, None)


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_asking_for_other_regions_finds_nothing(graph: Graph, name: str, field: str) -> None:
    query = f'{{ {field}(filter: {{regions: ["AMER", "APAC"]}}) {{ totalCount nodes {{ id }} }} }}'
    assert graph.data(name, query, LEAD)[field] == {"totalCount": 0, "nodes": []}


@pytest.mark.parametrize("caller", [ANONYMOUS, NOBODY], ids=["anonymous", "without a role"])
@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_who_may_not_read_sees_nothing(graph: Graph, name: str, field: str, caller: Caller) -> None:
    assert listed(graph, name, field, caller) == (0, [])


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_by_key_what_is_hidden_does_not_exist(graph: Graph, name: str, field: str) -> None:
    _, own = listed(graph, name, field, LEAD)
    by_region = f'{{ {field}(first: 10, filter: {{regions: ["AMER"]}}) {{ nodes {{ id }} }} }}'
    foreign = graph.data(name, by_region, GROUP)[field]["nodes"]
    # A customer from abroad is visible to the entity that it trades with.
    if field == "customers":
        query = """{ customers(first: 100, filter: {regions: ["AMER"]}) { nodes {
            id legalEntities { id } } } }"""
        found = graph.data(name, query, GROUP)["customers"]["nodes"]
        foreign = [each for each in found if {"id": ENTITY} not in each["legalEntities"]]
    assert own and foreign
    keys = [{"__typename": TYPES[field], "id": each["id"]} for each in (own[0], *foreign)]
    answer = graph.entities(name, "{ id }", LEAD, *keys)
    assert answer == {"data": {"_entities": [{"id": own[0]["id"]}, *([None] * len(foreign))]}}


@pytest.mark.parametrize(
    ("name", "selection"),
    [
        ("project", "{ project { id } margin { planned { amount } } }"),
        ("billing", "{ billing { rule { id } } backlog { amount } invoices { totalCount nodes { id } } }"),
        ("staffing", "{ staffing { time { hours } } }"),
    ],
)  # fmt: skip
def test_engagements_of_other_regions_are_empty(graph: Graph, name: str, selection: str) -> None:
    query = '{ projects(first: 5, filter: {regions: ["AMER"]}) { nodes { contract { id } } } }'
    found = graph.data("project", query, GROUP)["projects"]["nodes"]
    value = {"totalValue": {"amount": "1", "currency": "USD"}}
    keys = [
        {"__typename": "Engagement", "id": each["contract"]["id"], "contract": value}
        for each in found
    ]
    answer = graph.entities(name, selection, LEAD, *keys)
    assert "errors" not in answer
    for entity in answer["data"]["_entities"]:
        assert entity.pop("invoices", None) in (None, {"totalCount": 0, "nodes": []})
        assert set(entity.values()) == {None}


COSTS = "{ project { actualCost { amount } } margin { planned { amount } } }"


def test_costs_are_for_finance_and_the_engagements_own_lead(graph: Graph) -> None:
    query = """{ contracts(first: 1, filter: {states: [ACTIVE], kinds: [SOW]}) { nodes {
        id lead totalValue { amount currency } } } }"""
    (contract,) = graph.data("contract", query, LEAD)["contracts"]["nodes"]
    key = {
        "__typename": "Engagement",
        "id": contract["id"],
        "contract": {"totalValue": contract["totalValue"]},
    }
    own_lead = replace(LEAD, subject=contract["lead"])
    for caller in (FINANCE, GROUP, own_lead):
        answer = graph.entities("project", COSTS, caller, key)
        assert "errors" not in answer
        (entity,) = answer["data"]["_entities"]
        assert entity["margin"] and entity["project"]["actualCost"]
    answer = graph.entities("project", COSTS, LEAD, key)
    (entity,) = answer["data"]["_entities"]
    assert entity == {"project": {"actualCost": None}, "margin": None}
    for error in answer["errors"]:
        assert error["extensions"] == {"code": "FORBIDDEN", "reasons": ["COST_HIDDEN"]}


def test_cost_rates_of_people_are_for_finance(graph: Graph) -> None:
    query = "{ resources(first: 3) { nodes { costRate { amount } } } }"
    rates = graph.data("staffing", query, FINANCE)["resources"]["nodes"]
    assert all(float(each["costRate"]["amount"]) > 0 for each in rates)
    answer = graph.ask("staffing", query, LEAD)
    assert {each["costRate"] for each in answer["data"]["resources"]["nodes"]} == {None}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}


def test_a_person_sees_themselves_wherever_they_are(graph: Graph) -> None:
    query = '{ resources(first: 1, filter: {regions: ["AMER"]}) { nodes { id subject } } }'
    (person,) = graph.data("staffing", query, GROUP)["resources"]["nodes"]
    caller = replace(LEAD, subject=person["subject"], roles=frozenset({"consultant"}))
    found = graph.data("staffing", "{ me { id assignments { id } } }", caller)["me"]
    assert found["id"] == person["id"]
    assert graph.data("staffing", "{ me { id } }", LEAD)["me"] is None
