"""Worlds made to be hard to plan: their plans are sound, the same each time, and bounded."""

from __future__ import annotations

from functools import cache

import pytest
from graphql import GraphQLSchema, parse

from benchmarks.planning import by_type, hard_operation, hard_world, implementations
from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.errors import ClientError, Code
from gateway.plan.budget import PlanBudget
from gateway.plan.planner import Planner
from gateway.plan.print import print_plan
from gateway.supergraph.read import read_supergraph
from tests.kit.plan_checker import check_plan
from tests.kit.subgraph_sdl import executable_schema


def prepared(sources: list[SubgraphSource]) -> tuple[Planner, dict[str, GraphQLSchema]]:
    """A planner for what the sources compose to, and the subgraphs' own schemas."""
    text = compose(sources).supergraph_sdl
    assert text is not None
    schemas = {each.name: executable_schema(str(each.sdl))[0] for each in sources}
    return Planner(read_supergraph(text)), schemas


@cache
def world(graphs: int) -> tuple[list[SubgraphSource], Planner, dict[str, GraphQLSchema]]:
    """A hard world; composing one takes longer than all its plans."""
    sources = hard_world(0, graphs)
    return (sources, *prepared(sources))


@pytest.mark.parametrize("graphs", [7, 12])
@pytest.mark.parametrize(("depth", "links"), [(12, 1), (4, 2), (3, 3)])
def test_a_plan_for_many_choices_is_sound(graphs: int, depth: int, links: int) -> None:
    sources, planner, schemas = world(graphs)
    operation = parse(hard_operation(sources, 0, depth, links))
    plan = planner.plan(operation)
    check_plan(plan, schemas)
    assert print_plan(plan) == print_plan(planner.plan(operation))


@pytest.mark.parametrize("types", [10, 40])
def test_many_implementations_are_fetched_together(types: int) -> None:
    planner, schemas = prepared(implementations(types, 7))
    plan = planner.plan(parse(by_type(types, 2)))
    check_plan(plan, schemas)
    assert plan.cost.fetches == 3


def test_with_few_alternatives_a_large_operation_still_has_a_plan() -> None:
    sources, planner, schemas = world(7)
    operation = parse(hard_operation(sources, 0, 5, 2))
    hurried = Planner(planner.supergraph, PlanBudget(nodes=10)).plan(operation)
    check_plan(hurried, schemas)
    assert planner.plan(operation).cost.fetches <= hurried.cost.fetches


def test_an_operation_of_too_many_places_is_refused() -> None:
    sources, planner, _schemas = world(7)
    operation = parse(hard_operation(sources, 0, 5, 2))
    with pytest.raises(ClientError) as caught:
        Planner(planner.supergraph, PlanBudget(positions=50)).plan(operation)
    assert caught.value.code is Code.QUERY_PLANNING_BUDGET_EXCEEDED
