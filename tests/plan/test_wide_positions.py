"""Positions whose fields are spread over very many subgraphs."""

from __future__ import annotations

import pytest
from graphql import parse

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.plan.planner import Planner
from gateway.supergraph.read import read_supergraph

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'


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
