"""Small hand-written supergraphs for rules that no data can express."""

from __future__ import annotations

from gateway.plan.budget import PlanBudget
from gateway.plan.planner import Planner
from gateway.supergraph.read import read_supergraph

HEAD = """
schema @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) { query: Query }
enum join__Graph {
  A @join__graph(name: "a", url: "http://a")
  B @join__graph(name: "b", url: "http://b")
}
"""


def planner(text: str, budget: PlanBudget | None = None) -> Planner:
    """A planner for two subgraphs, a and b."""
    return Planner(read_supergraph(HEAD + text), budget)
