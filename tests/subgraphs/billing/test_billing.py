"""Billing as the graph shows it, against what the ERP holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.kit.sandbox import RunningSandbox, systems
from tests.kit.subgraph_host import Graph
from tests.subgraphs.callers import GROUP
from tests.subgraphs.test_everything import engagement_keys


async def test_backlog_and_totals_are_derived_from_the_books(
    graph: Graph, shared_sandbox: RunningSandbox
) -> None:
    keys = engagement_keys(graph)[:20]
    selection = "{ id backlog { amount currency } billing { totals { invoiced { amount } } } }"
    shown = graph.entities("billing", selection, GROUP, *keys)["data"]["_entities"]
    ids = [key["id"] for key in keys]
    async with systems(shared_sandbox) as connected:
        projects = await connected.erp.projects_by_contract(ids)
        totals = await connected.erp.billing_totals_by_contract(ids)
    for key, entity in zip(keys, shown, strict=True):
        books = projects[key["id"]]
        contracted = Decimal(key["contract"]["totalValue"]["amount"])
        backlog = contracted - books.recognised_revenue.amount
        assert Decimal(entity["backlog"]["amount"]) == backlog.quantize(Decimal("0.01"))
        summed = entity["billing"]["totals"]
        if key["id"] in totals:
            assert Decimal(summed["invoiced"]["amount"]) == totals[key["id"]].invoiced.amount
        else:
            assert summed is None


def test_without_the_required_contract_value_there_is_no_backlog(graph: Graph) -> None:
    (key, *_) = engagement_keys(graph)
    bare = {"__typename": "Engagement", "id": key["id"], "contract": None}
    answer = graph.entities("billing", "{ backlog { amount } }", GROUP, bare)
    assert answer == {"data": {"_entities": [{"backlog": None}]}}
    for contract in (
        {"totalValue": {"amount": 1.5, "currency": "EUR"}},
        {"totalValue": {"amount": "1"}},
        {"totalValue": "1 EUR"},
        {"totalValue": []},
        [],
        "CTR-1",
    ):
        strange = {**bare, "contract": contract}
        refused = graph.entities("billing", "{ backlog { amount } }", GROUP, strange)
        assert refused["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT", contract


def test_a_contract_in_another_currency_than_its_books_is_told_as_such(graph: Graph) -> None:
    (key, *_) = engagement_keys(graph)
    other = {**key, "contract": {"totalValue": {"amount": "1", "currency": "XTS"}}}
    answer = graph.entities("billing", "{ id backlog { amount } }", GROUP, other)
    assert answer["data"]["_entities"] == [{"id": key["id"], "backlog": None}]
    assert answer["errors"][0]["extensions"] == {"code": "SYSTEMS_DISAGREE"}


def test_documents_are_invoices_and_credit_notes_in_order(graph: Graph) -> None:
    selection = """{ billing { documents { __typename id number issuedOn amountDue { amount }
        ... on CreditNote { amount { amount } invoice { id } } ... on Invoice { total { amount } }
        } } }"""
    keys = engagement_keys(graph)
    shown = graph.entities("billing", selection, GROUP, *keys)["data"]["_entities"]
    documents = [each["billing"]["documents"] for each in shown if each["billing"]]
    assert {one["__typename"] for each in documents for one in each} == {"Invoice", "CreditNote"}
    for each in documents:
        assert [one["issuedOn"] for one in each] == sorted(one["issuedOn"] for one in each)
        for one in each:
            due = Decimal(one["amountDue"]["amount"])
            if one["__typename"] == "CreditNote":
                assert due == -Decimal(one["amount"]["amount"])
            else:
                assert due == Decimal(one["total"]["amount"])


def test_an_engagements_invoices_page_and_filter(graph: Graph) -> None:
    selection = """{ invoices(first: 100) { totalCount nodes { id state issuedOn balance { amount }
        total { amount } paid { amount } credited { amount } lines { amount { amount } }
        subtotal { amount } } } }"""
    keys = engagement_keys(graph)
    shown = graph.entities("billing", selection, GROUP, *keys)["data"]["_entities"]
    index, most = max(enumerate(shown), key=lambda pair: pair[1]["invoices"]["totalCount"])
    invoices = most["invoices"]["nodes"]
    assert len(invoices) > 2
    for invoice in invoices:
        amounts = {
            name: Decimal(invoice[name]["amount"])
            for name in ("total", "paid", "credited", "balance")
        }
        assert amounts["balance"] == amounts["total"] - amounts["paid"] - amounts["credited"]
        lines = sum(Decimal(line["amount"]["amount"]) for line in invoice["lines"])
        assert lines == Decimal(invoice["subtotal"]["amount"])
    issued = [invoice["issuedOn"] or "9999" for invoice in invoices]
    assert issued == sorted(issued, reverse=True)
    pages: list[Any] = []
    after: str | None = None
    for _ in invoices:
        text = f'(first: 1, after: "{after}")' if after else "(first: 1)"
        part = f"{{ invoices{text} {{ nodes {{ id }} pageInfo {{ endCursor hasNextPage }} }} }}"
        (entity,) = graph.entities("billing", part, GROUP, keys[index])["data"]["_entities"]
        pages += entity["invoices"]["nodes"]
        after = entity["invoices"]["pageInfo"]["endCursor"]
    assert [each["id"] for each in pages] == [each["id"] for each in invoices]
    paid = "{ invoices(states: [PAID]) { nodes { state } } }"
    (entity,) = graph.entities("billing", paid, GROUP, keys[index])["data"]["_entities"]
    assert {each["state"] for each in entity["invoices"]["nodes"]} <= {"PAID"}


def test_tax_profiles_need_the_customers_region(graph: Graph) -> None:
    query = """{ customers(first: 100, filter: {regions: ["AMER"]}) { nodes { id region } } }"""
    found = graph.data("contract", query, GROUP)["customers"]["nodes"]
    keys = [{"__typename": "Customer", **each} for each in found]
    selection = "{ taxProfiles { rate valid } accounts { legalEntity { name } } }"
    shown = graph.entities("billing", selection, GROUP, *keys)["data"]["_entities"]
    assert all(each["taxProfiles"] for each in shown)
    assert any(each["accounts"] for each in shown)
