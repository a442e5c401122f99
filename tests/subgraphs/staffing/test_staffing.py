"""Staffing as the graph shows it, against what the PSA holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from subgraphs.staffing.figures import utilisation
from tests.kit.sandbox import RunningSandbox, systems
from tests.kit.subgraph_host import Graph
from tests.subgraphs.callers import GROUP, LEAD
from tests.subgraphs.test_everything import engagement_keys


async def test_utilisation_is_computed_from_all_assignments(
    graph: Graph, shared_sandbox: RunningSandbox
) -> None:
    query = """{ resources(first: 30) { nodes { id utilisation(start: "2026-01-01",
        end: "2026-06-30") { availableHours bookedHours percent } } } }"""
    found = graph.data("staffing", query, LEAD)["resources"]["nodes"]
    ids = [each["id"] for each in found]
    async with systems(shared_sandbox) as connected:
        people = await connected.psa.resources(ids)
        assignments = await connected.psa.assignments_by_resource(ids)
    for each in found:
        expected = utilisation(
            people[each["id"]].weekly_hours,
            assignments[each["id"]],
            date(2026, 1, 1),
            date(2026, 6, 30),
        )
        shown = each["utilisation"]
        assert Decimal(shown["availableHours"]) == expected.available_hours
        assert Decimal(shown["bookedHours"]) == expected.booked_hours
    refused = graph.ask(
        "staffing",
        '{ resources { nodes { utilisation(start: "2026-02-01", end: "2026-01-01") { percent } } } }',
        LEAD,
    )
    assert {e["extensions"]["code"] for e in refused["errors"]} == {"BAD_USER_INPUT"}


def test_a_list_of_time_is_filtered_and_leads_to_people(graph: Graph) -> None:
    (key, *_) = engagement_keys(graph)
    query = """query($contract: ID!) { timesheetEntries(first: 50, filter: {contractIds: [$contract],
        billable: true, states: [APPROVED]}) { nodes { hours billable state engagement { id }
        resource { name } billRate { amount } } } }"""
    found = graph.data("staffing", query, GROUP, contract=key["id"])["timesheetEntries"]["nodes"]
    for each in found:
        assert each["engagement"]["id"] == key["id"]
        assert (each["billable"], each["state"]) == (True, "APPROVED")
        assert each["resource"]["name"]


async def test_time_totals_and_forecast_of_engagements(
    graph: Graph, shared_sandbox: RunningSandbox
) -> None:
    keys = engagement_keys(graph)[:20]
    selection = """{ id staffing { time { hours unbilledValue { amount } }
        capacityPlan { lines { hours month } } forecast(start: "2020-01-01") {
        scheduledHours unpricedHours value { amount currency } } } }"""
    shown = graph.entities("staffing", selection, GROUP, *keys)["data"]["_entities"]
    async with systems(shared_sandbox) as connected:
        totals = await connected.psa.time_totals_by_contract([key["id"] for key in keys])
    assert any(each["staffing"]["forecast"] for each in shown)
    for each in shown:
        staffing = each["staffing"]
        if staffing["time"]:
            assert Decimal(staffing["time"]["hours"]) == totals[each["id"]].hours
        if staffing["forecast"]:
            hours = sum(Decimal(line["hours"]) for line in staffing["capacityPlan"]["lines"])
            assert Decimal(staffing["forecast"]["scheduledHours"]) == hours
