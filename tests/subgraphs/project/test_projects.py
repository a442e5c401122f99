"""Projects as the graph shows them: the ERP's books joined with the PSA's plan."""

from __future__ import annotations

from decimal import Decimal

from tests.kit.sandbox import RunningSandbox, systems
from tests.kit.subgraph_host import Graph
from tests.subgraphs.callers import GROUP
from tests.subgraphs.test_everything import engagement_keys, milestone_keys


async def test_margin_comes_from_the_contracts_value_and_the_books(
    graph: Graph, shared_sandbox: RunningSandbox
) -> None:
    keys = engagement_keys(graph)[:20]
    selection = "{ margin { planned { amount } toDate { amount } } project { plan { lead } } }"
    shown = graph.entities("project", selection, GROUP, *keys)["data"]["_entities"]
    async with systems(shared_sandbox) as connected:
        books = await connected.erp.projects_by_contract([key["id"] for key in keys])
    for key, entity in zip(keys, shown, strict=True):
        record = books[key["id"]]
        value = Decimal(key["contract"]["totalValue"]["amount"])
        cent = Decimal("0.01")
        planned = (value - record.budget.amount).quantize(cent)
        to_date = (record.recognised_revenue.amount - record.actual_cost.amount).quantize(cent)
        assert abs(Decimal(entity["margin"]["planned"]["amount"]) - planned) < 1
        assert abs(Decimal(entity["margin"]["toDate"]["amount"]) - to_date) < 1
        assert entity["project"]["plan"]["lead"]


def test_milestones_tell_whether_the_customer_accepted(graph: Graph) -> None:
    keys = milestone_keys(graph)
    shown = graph.entities("project", "{ id acceptance { state } }", GROUP, *keys)
    states = {
        each["acceptance"]["state"] for each in shown["data"]["_entities"] if each["acceptance"]
    }
    assert "ACCEPTED" in states and len(states) > 1
