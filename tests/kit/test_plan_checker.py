"""The checker objects to plans that are wrong on purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest
from graphql import build_schema, parse

from gateway.plan.nodes import Condition, Literal, QueryPlan
from tests.kit.plan_checker import check_plan
from tests.plan.supergraphs import planner

HOP = planner("""
type Query @join__type(graph: A) @join__type(graph: B) { t: T @join__field(graph: A) }
type T @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
  id: ID!
  y: Int @join__field(graph: B)
}
""")


@pytest.fixture
def plan() -> QueryPlan:
    return HOP.plan(parse("{ t { y } }"))


def test_a_right_plan_passes(plan: QueryPlan) -> None:
    check_plan(plan)


def test_a_key_that_nobody_fetched(plan: QueryPlan) -> None:
    first = plan.fetches[0]
    assert first.root is not None
    (t,) = first.root.selection
    blind = replace(first, root=replace(first.root, selection=(replace(t, children=()),)))
    with pytest.raises(AssertionError, match="is not fetched before"):
        check_plan(replace(plan, fetches=(blind, *plan.fetches[1:])))


@pytest.mark.parametrize("when", [None, ((Literal("on", True),),)])
def test_a_field_that_was_fetched_before(plan: QueryPlan, when: Condition | None) -> None:
    first, second = plan.fetches
    assert first.root is not None
    (t,) = first.root.selection
    (call,) = second.entities
    (y,) = call.selection
    brought = replace(t, children=(*t.children, replace(y, when=when)))
    again = replace(first, root=replace(first.root, selection=(brought,)))
    wasteful = replace(plan, fetches=(again, second))
    if when is not None:
        check_plan(wasteful)  # it is not there if the client did not want it
        return
    with pytest.raises(AssertionError, match=r"b is asked again for t\.y"):
        check_plan(wasteful)


def test_a_fetch_that_waits_for_a_later_one(plan: QueryPlan) -> None:
    broken = replace(plan.fetches[0], depends_on=(1,))
    with pytest.raises(AssertionError, match="waits for a later one"):
        check_plan(replace(plan, fetches=(broken, *plan.fetches[1:])))


def test_an_answer_that_nobody_brings(plan: QueryPlan) -> None:
    with pytest.raises(AssertionError):
        check_plan(replace(plan, fetches=plan.fetches[:1]))


def test_a_document_that_its_subgraph_does_not_know(plan: QueryPlan) -> None:
    schemas = {
        "a": build_schema("type Query { u: Int }"),
        "b": build_schema("type Query { u: Int }"),
    }
    with pytest.raises(AssertionError, match="Cannot query field"):
        check_plan(plan, schemas)
