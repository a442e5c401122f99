"""A list of fifty engagements costs each system of record a bounded number of calls."""

from __future__ import annotations

from tests.kit.demo import Demo

QUERY = """
query Fifty($first: Int!) {
  engagements(first: $first, filter: { states: [ACTIVE] }) {
    nodes {
      id
      status
      contract { title customer { name parent { name } } rateCards { name } milestones { id } }
      project { name budget { amount } plan { progress workstreams { name } tasks { id } } }
      billing { rule { id } schedule { id } revenueSchedule { id } milestones { id } totals { paid { amount } } }
      backlog { amount }
      margin { planned { amount } }
      invoices(first: 3) { nodes { number } }
      staffing {
        assignments { role resource { name } }
        capacityPlan { id }
        time { hours }
        expenses { id }
      }
    }
  }
}
"""
SYSTEMS = ("crm", "clm", "erp", "psa")
MOST_CALLS = {"crm": 3, "clm": 6, "erp": 14, "psa": 10}


def calls(demo: Demo, first: int) -> dict[str, int]:
    for system in SYSTEMS:
        demo.admin(system, "DELETE", "calls")
    nodes = demo.data_of(QUERY, "executive", first=first)["engagements"]["nodes"]
    assert len(nodes) == first
    assert any(node["project"] for node in nodes)
    assert any(node["staffing"] for node in nodes)
    return {system: demo.admin(system, "GET", "calls").json()["total"] for system in SYSTEMS}


def test_fifty_engagements_cost_a_bounded_number_of_calls(demo: Demo) -> None:
    calls(demo, 50)  # the first use of a connector fetches an access token
    fifty = calls(demo, 50)
    assert all(fifty[system] <= MOST_CALLS[system] for system in SYSTEMS), fifty


def test_the_number_of_calls_does_not_grow_with_the_list(demo: Demo) -> None:
    calls(demo, 50)
    fifty, twenty = calls(demo, 50), calls(demo, 20)
    assert all(fifty[system] <= twenty[system] + 2 for system in SYSTEMS), (twenty, fifty)
