"""No operation keeps the planner busy: every bound ends in its coded error or in a greedy plan."""

from __future__ import annotations

import pytest
from graphql import parse

from gateway.errors import ClientError, Code
from gateway.plan.budget import PlanBudget
from tests.kit.plan_checker import check_plan
from tests.plan.supergraphs import planner

LOOP = """
type Query @join__type(graph: A) @join__type(graph: B) { t: T @join__field(graph: A) }
type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  a: T @join__field(graph: A)
  b: T @join__field(graph: B)
  both: T
  x: Int @join__field(graph: A)
  y: Int @join__field(graph: B)
}
"""


def exploding(levels: int) -> str:
    """Fragments that double at each level, as a client would write them to harm."""
    text = "{ t { ...F0 } }"
    for level in range(levels):
        text += (
            f" fragment F{level} on T {{ l: a {{ ...F{level + 1} }} r: a {{ ...F{level + 1} }} }}"
        )
    return text + f" fragment F{levels} on T {{ x }}"


def test_expanded_selections_are_counted() -> None:
    wide = "{ t { " + " ".join(f"a{i}: x" for i in range(400)) + " } }"
    planner(LOOP, PlanBudget(selections=1_000)).plan(parse(wide))
    with pytest.raises(ClientError) as caught:
        planner(LOOP, PlanBudget(selections=300)).plan(parse(wide))
    assert caught.value.code is Code.QUERY_PLANNING_BUDGET_EXCEEDED


def test_doubling_fragments_stay_cheap_because_equal_places_are_one() -> None:
    plan = planner(LOOP).plan(parse(exploding(12)))
    assert [fetch.subgraph for fetch in plan.fetches] == ["a"]


def test_spreading_a_fragment_many_times_at_one_place_is_refused() -> None:
    text = "{ t { ...F0 } }"
    for level in range(18):
        text += f" fragment F{level} on T {{ ...F{level + 1} ... {{ ...F{level + 1} }} }}"
    text += " fragment F18 on T { x }"
    with pytest.raises(ClientError) as caught:
        planner(LOOP).plan(parse(text))
    assert caught.value.code is Code.QUERY_PLANNING_BUDGET_EXCEEDED


def test_positions_are_counted() -> None:
    deep = "{ t " + "".join(f"{{ x{i}: x a " for i in range(60)) + "{ x }" + " }" * 60 + " }"
    with pytest.raises(ClientError) as caught:
        planner(LOOP, PlanBudget(positions=40)).plan(parse(deep))
    assert caught.value.code is Code.QUERY_PLANNING_BUDGET_EXCEEDED


def nested(levels: int) -> str:
    return "{ t " + "{ a " * levels + "{ x }" + " }" * (levels + 1)


def test_deep_operations_are_planned() -> None:
    assert len(planner(LOOP).plan(parse(nested(60))).fetches) == 1


def test_nesting_beyond_the_stack_is_an_error_of_the_same_code() -> None:
    with pytest.raises(ClientError) as caught:
        planner(LOOP).plan(parse(nested(180)))
    assert caught.value.code is Code.QUERY_PLANNING_BUDGET_EXCEEDED


def test_without_alternatives_left_the_first_plan_is_taken() -> None:
    query = parse("{ t { x y both { y both { x b { y a { x } } } } } }")
    hurried = planner(LOOP, PlanBudget(nodes=0, nodes_per_position=0)).plan(query)
    check_plan(hurried)
    best = planner(LOOP).plan(query)
    assert best.cost.fetches <= hurried.cost.fetches


def test_time_is_bounded() -> None:
    levels = 80
    places = "{ t " + "".join(f"{{ x{i}: x a " for i in range(levels)) + "{ x }" + " }" * levels
    with pytest.raises(ClientError) as caught:
        planner(LOOP, PlanBudget(seconds=0.0)).plan(parse(places + " }"))
    assert caught.value.code is Code.QUERY_PLANNING_BUDGET_EXCEEDED
    assert "too long" in caught.value.message
