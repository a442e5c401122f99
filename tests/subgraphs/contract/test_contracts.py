"""Contracts and customers as the graph shows them, against what CLM and CRM hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.kit.sandbox import RunningSandbox, systems
from tests.kit.subgraph_host import Graph
from tests.subgraphs.callers import GROUP, LEAD

TERMS = """{ contracts(first: 100, filter: {kinds: [SOW]}) { nodes { id engagementType billingTerms {
    __typename
    ... on TimeAndMaterialsTerms { rateCardId cap { amount } timePeriod: period }
    ... on FixedFeeTerms { fee { amount } instalments { dueOn amount { amount } } }
    ... on RetainerTerms { amount { amount } includedHours rollover }
    ... on MilestoneTerms { triggers { milestoneId amount { amount } } }
} } } }"""
MEMBERS = {
    "TIME_AND_MATERIALS": "TimeAndMaterialsTerms",
    "FIXED_FEE": "FixedFeeTerms",
    "RETAINER": "RetainerTerms",
    "MILESTONE": "MilestoneTerms",
}


def test_billing_terms_follow_the_engagement_type(graph: Graph) -> None:
    found = graph.data("contract", TERMS, GROUP)["contracts"]["nodes"]
    assert {each["engagementType"] for each in found} == set(MEMBERS)
    for each in found:
        terms = each["billingTerms"]
        assert terms["__typename"] == MEMBERS[each["engagementType"]]
        if terms["__typename"] == "FixedFeeTerms":
            instalments = (Decimal(part["amount"]["amount"]) for part in terms["instalments"])
            assert sum(instalments) == Decimal(terms["fee"]["amount"])


def test_a_master_agreement_has_statements_of_work_and_no_terms(graph: Graph) -> None:
    query = """{ contracts(first: 100, filter: {kinds: [MSA]}) { nodes { id engagementType
        billingTerms { __typename } engagement { id } statementsOfWork { id kind
        engagement { id } master { id } } } } }"""
    found = graph.data("contract", query, GROUP)["contracts"]["nodes"]
    assert any(each["statementsOfWork"] for each in found)
    for master in found:
        nothing = (master["engagementType"], master["billingTerms"], master["engagement"])
        assert nothing == (None, None, None)
        for work in master["statementsOfWork"]:
            assert work["kind"] == "SOW"
            assert work["engagement"]["id"] == work["id"]
            assert work["master"]["id"] == master["id"]


async def test_a_contract_is_what_the_clm_holds(
    graph: Graph, shared_sandbox: RunningSandbox
) -> None:
    query = """query($id: ID!) { contract(id: $id) { number title version state
        totalValue { amount currency } startDate legalEntity { id } customer { id }
        source { system externalId version } milestones { name amount { amount } } } }"""
    ids = "{ contracts(first: 20) { nodes { id } } }"
    keys = [each["id"] for each in graph.data("contract", ids, LEAD)["contracts"]["nodes"]]
    async with systems(shared_sandbox) as connected:
        records = await connected.clm.contracts(keys)
        milestones = await connected.clm.milestones_by_contract(keys)
    for key in keys:
        shown, record = graph.data("contract", query, LEAD, id=key)["contract"], records[key]
        assert shown["number"] == record.number
        assert shown["version"] == record.version
        assert Decimal(shown["totalValue"]["amount"]) == record.total_value.amount
        assert shown["totalValue"]["currency"] == record.currency
        assert shown["startDate"] == record.start_date.isoformat()
        assert shown["legalEntity"]["id"] == record.legal_entity
        assert shown["customer"]["id"] == record.customer_id
        assert shown["source"]["version"] == record.source.version
        kept = [each for each in milestones[key] if not each.removed]
        assert [each["name"] for each in shown["milestones"]] == [
            each.name for each in sorted(kept, key=lambda each: each.sequence)
        ]


@pytest.mark.parametrize(
    ("filter", "holds"),
    [
        ("states: [ACTIVE, APPROVED]", lambda each: each["state"] in ("ACTIVE", "APPROVED")),
        ("kinds: [MSA]", lambda each: each["kind"] == "MSA"),
        ('currencies: ["GBP"]', lambda each: each["currency"] == "GBP"),
        ("engagementTypes: [RETAINER]", lambda each: each["engagementType"] == "RETAINER"),
        ('titleContains: "e"', lambda each: "e" in each["title"].lower()),
        ('regions: ["APAC"]', lambda each: each["region"] == "APAC"),
        ('endsTo: "2026-12-31"', lambda each: each["endDate"] <= "2026-12-31"),
    ],
)
def test_filters_restrict_to_what_they_say(graph: Graph, filter: str, holds: Any) -> None:
    query = f"""{{ contracts(first: 100, filter: {{{filter}}}) {{ totalCount nodes {{
        state kind currency engagementType title region endDate }} }} }}"""
    found = graph.data("contract", query, GROUP)["contracts"]
    everything = graph.data("contract", "{ contracts { totalCount } }", GROUP)["contracts"]
    assert found["nodes"] and all(holds(each) for each in found["nodes"])
    assert found["totalCount"] <= everything["totalCount"]


@pytest.mark.parametrize("text", ["'", '"', "%", "\\", "' OR 'a'='a", "x') or startswith(a,'"])
def test_text_of_clients_is_data_to_every_system(graph: Graph, text: str) -> None:
    query = """query($text: String) { contracts(filter: {titleContains: $text}) { totalCount }
        customers(filter: {nameContains: $text}) { totalCount } }"""
    found = graph.data("contract", query, GROUP, text=text)
    total = graph.data("contract", "{ contracts { totalCount } }", GROUP)["contracts"]["totalCount"]
    assert found["contracts"]["totalCount"] < total


def test_customers_form_hierarchies(graph: Graph) -> None:
    query = """{ customers(first: 100) { nodes { id parent { id } ultimateParent { id }
        children { id parent { id } } weightedPipeline { amount currency }
        opportunities { stage amount { amount } probability } } } }"""
    found = graph.data("contract", query, GROUP)["customers"]["nodes"]
    by_id = {each["id"]: each for each in found}
    assert any(each["children"] for each in found)
    for each in found:
        assert all(child["parent"]["id"] == each["id"] for child in each["children"])
        if each["parent"]:
            top = each
            while top["parent"]:
                top = by_id[top["parent"]["id"]]
            assert each["ultimateParent"]["id"] == top["id"]
        weighted = sum(
            Decimal(one["amount"]["amount"]) * Decimal(one["probability"])
            for one in each["opportunities"]
            if one["stage"] not in ("WON", "LOST")
        )
        shown = sum(Decimal(one["amount"]) for one in each["weightedPipeline"])
        assert abs(shown - weighted) <= Decimal(1) * max(1, len(each["weightedPipeline"]))


async def test_amendments_show_their_deltas(graph: Graph, shared_sandbox: RunningSandbox) -> None:
    query = """{ amendments(first: 100) { nodes { id baseVersion contract { id }
        deltas { __typename } valueChange { amount } } } }"""
    found = graph.data("contract", query, GROUP)["amendments"]["nodes"]
    async with systems(shared_sandbox) as connected:
        records = await connected.clm.amendments([each["id"] for each in found])
    shown = {delta["__typename"] for each in found for delta in each["deltas"]}
    assert len(shown) >= 3
    for each in found:
        record = records[each["id"]]
        kinds = [delta["__typename"] for delta in each["deltas"]]
        assert kinds == [type(delta).__name__ for delta in record.deltas]
        assert each["contract"]["id"] == record.contract_id
