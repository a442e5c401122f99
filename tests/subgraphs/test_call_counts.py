"""Fifty engagements cost each system of record no more calls than five."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from subgraphs.registry import subgraph
from subgraphs.systems_of_record.records.common import System
from subgraphs.systems_of_record.sandbox.faults import FaultKind
from tests.kit.sandbox import RunningSandbox
from tests.kit.subgraph_host import Graph, hosted
from tests.subgraphs.callers import GROUP
from tests.subgraphs.conftest import DOMAINS

PROJECT = """{ project { name budget { amount } legalEntity { id } purchaseOrders { vendor { name } }
    plan { progress workstreams { name } tasks { name } acceptances { state } } }
    margin { planned { amount } toDatePercent } }"""
BILLING = """{ backlog { amount } invoices(first: 3) { nodes { number disputes { state }
    creditNotes { number } legalEntity { name } } }
    billing { rule { state } schedule { lines { amount { amount } } } milestones { state }
    revenueSchedule { obligations { method } } totals { outstanding { amount } }
    documents { number amountDue { amount } } } }"""
STAFFING = """{ staffing { assignments { role resource { name costRate { amount } } }
    capacityPlan { lines { hours } } time { hours cost { amount } }
    expenses { amount { amount } resource { name } }
    forecast(start: "2020-01-01") { value { amount } } } }"""
# One call for each kind of object that the selection reads, however many places ask for it, and
# one more where many tasks or assignments take a second page, or where the credit notes of more
# invoices are wanted than one call may name.
BOUNDS = {
    "project": (PROJECT, {System.ERP: 3, System.PSA: 4}),
    "billing": (BILLING, {System.ERP: 11}),
    "staffing": (STAFFING, {System.PSA: 8}),
}
LIST = """query($first: Int!) { contracts(first: $first, filter: {kinds: [SOW], states: [ACTIVE]},
    orderBy: {field: ID}) { nodes { id number totalValue { amount currency }
    customer { name parent { name } ultimateParent { name } }
    amendments { state deltas { __typename } } rateCards { rates { role } }
    milestones { name } master { number } } } }"""


@pytest.fixture(scope="module")
def graph(shared_sandbox: RunningSandbox) -> Iterator[Graph]:
    """The domain subgraphs as patient as in production: a call that is repeated would count."""
    with hosted([subgraph(name) for name in DOMAINS], shared_sandbox.systems_file) as made:
        yield made


def active(graph: Graph, first: int) -> list[dict[str, Any]]:
    found = graph.data("contract", LIST, GROUP, first=first)["contracts"]["nodes"]
    assert len(found) == first
    return [
        {
            "__typename": "Engagement",
            "id": each["id"],
            "contract": {"totalValue": each["totalValue"]},
        }
        for each in found
    ]


def counted(sandbox: RunningSandbox) -> dict[System, int]:
    return {system: count for system, count in sandbox.calls().items() if count}


def test_a_list_of_contracts(graph: Graph, shared_sandbox: RunningSandbox) -> None:
    counts = []
    for first in (5, 50):
        shared_sandbox.reset_calls()
        active(graph, first)
        counts.append(counted(shared_sandbox))
    assert counts[0][System.CLM] == counts[1][System.CLM] <= 6
    # Five customers may all stand at the top of their hierarchy: then no parents are read.
    assert counts[1][System.CRM] <= 2


@pytest.mark.parametrize("name", BOUNDS)
def test_engagements_by_key(graph: Graph, shared_sandbox: RunningSandbox, name: str) -> None:
    selection, bounds = BOUNDS[name]
    keys = active(graph, 50)
    counts = []
    for part in (keys[:5], keys):
        shared_sandbox.reset_calls()
        answer = graph.entities(name, selection, GROUP, *part)
        assert "errors" not in answer
        assert len(answer["data"]["_entities"]) == len(part)
        counts.append(counted(shared_sandbox))
    assert counts[1].keys() == bounds.keys()
    for system, bound in bounds.items():
        assert counts[1][system] <= bound, shared_sandbox.operations(system)
        # A few engagements may do without the second page or call.
        assert counts[1][system] - counts[0][system] <= 1, shared_sandbox.operations(system)


@pytest.mark.parametrize("late", ["assignments", "expenses"])
def test_people_are_read_once_whichever_list_of_their_work_comes_last(
    graph: Graph, shared_sandbox: RunningSandbox, late: str
) -> None:
    keys = active(graph, 50)
    shared_sandbox.reset_calls()
    shared_sandbox.fail(System.PSA, FaultKind.SLOW, path=late, seconds=0.3)
    answer = graph.entities("staffing", STAFFING, GROUP, *keys)
    assert "errors" not in answer
    calls = shared_sandbox.operations(System.PSA)
    assert (
        sum(count for path, count in calls.items() if "resources" in path or "users" in path) == 1
    )
