"""Positions whose fields are spread over very many subgraphs."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse

import gateway.plan.draw as draw_module
from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.plan.nodes import QueryPlan
from gateway.plan.planner import Planner
from gateway.supergraph.read import read_supergraph

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n'


@pytest.mark.parametrize("subgraphs", [16, 17, 40])
def test_a_field_from_each_subgraph_is_one_fetch_each(subgraphs: int) -> None:
    names = [f"s{number}" for number in range(subgraphs)]
    sources = [
        SubgraphSource("root", "http://root/", LINK + "type Query { items: [Item!]! }" + _ITEM % "")
    ]
    for name in names:
        sources.append(SubgraphSource(name, "http://x/", LINK + _ITEM % f"{name}: String!"))
    supergraph = compose(sources).supergraph_sdl
    assert supergraph is not None
    operation = parse("{ items { id " + " ".join(names) + " } }")
    plan = Planner(read_supergraph(supergraph)).plan(operation)
    assert sorted(fetch.subgraph for fetch in plan.fetches) == sorted(["root", *names])


_ITEM = ' type Item @key(fields: "id") { id: ID! %s }'


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each time that requests are drawn up."""
    calls: list[object] = []
    draw = draw_module._draw

    def counted(*arguments: Any) -> Any:
        calls.append(arguments)
        return draw(*arguments)

    monkeypatch.setattr(draw_module, "_draw", counted)
    return calls


def plan_of(fields: dict[str, str], operation: str) -> QueryPlan:
    """A plan over a root subgraph with the items, and others that have these fields of an item."""
    root = LINK + "type Query { items: [Item!]! }" + _ITEM % ""
    sources = [SubgraphSource("root", "http://root/", root)]
    sources += [
        SubgraphSource(name, "http://x/", LINK + _ITEM % text) for name, text in fields.items()
    ]
    supergraph = compose(sources).supergraph_sdl
    assert supergraph is not None
    return Planner(read_supergraph(supergraph)).plan(parse(operation))


def test_a_plan_that_asks_nobody_needlessly_is_drawn_up_once(drawn: list[object]) -> None:
    names = [f"s{number}" for number in range(16)]
    plan = plan_of({name: f"{name}: String" for name in names}, _all(names))
    assert len(plan.fetches) == 17
    assert len(drawn) == 1


def test_preferences_that_save_a_request_are_still_found(drawn: list[object]) -> None:
    fields = {"a": "x: Int", "b": "y: Int", "c": "z: Int", "d": "x: Int y: Int z: Int w: Int"}
    shared = {name: text.replace("Int", "Int @shareable") for name, text in fields.items()}
    plan = plan_of(shared, "{ items { x y z w } }")
    assert [fetch.subgraph for fetch in plan.fetches] == ["root", "d"]
    assert drawn


def test_many_alternatives_are_not_all_tried_for_a_large_plan(drawn: list[object]) -> None:
    names = [f"s{number}" for number in range(32)]
    fields = {
        name: f"{name}: String @shareable s{number ^ 1}: String @shareable"
        for number, name in enumerate(names)
    }
    plan = plan_of(fields, _all(names))
    assert len(plan.fetches) == 17
    assert 1 <= len(drawn) < 17


def _all(names: list[str]) -> str:
    return "{ items { id " + " ".join(names) + " } }"
