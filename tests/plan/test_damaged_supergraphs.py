"""Supergraphs that no composer writes: a plan or a coded error, never another exception."""

from __future__ import annotations

import re
from random import Random

import pytest
from graphql import validate

from gateway.errors import GatewayError
from gateway.plan.budget import PlanBudget
from gateway.plan.planner import Planner
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph
from tests.kit.plan_checker import check_plan
from tests.plan.test_determinism import NAMES, plannable, supergraph_text

JOIN = re.compile(r"@join__(?:field|type|implements|unionMember)\([^)]*\)")
VARIANTS = 3


def damaged(text: str, random: Random) -> str:
    """The text with some joins left out, moved to another subgraph, or changed in one argument."""
    start = text.index("enum join__Graph")
    graphs = re.findall(r"(\w+) @join__graph", text)

    def change(found: re.Match[str]) -> str:
        join = found.group()
        chosen = random.random()
        if chosen < 0.04:
            return ""
        if chosen < 0.08:
            return re.sub(r"graph: \w+", f"graph: {random.choice(graphs)}", join)
        if chosen < 0.10:
            return join.replace(")", ", external: true)")
        if chosen < 0.12:
            return join.replace(")", ", resolvable: false)")
        if chosen < 0.13:
            return join.replace(")", ", isInterfaceObject: true)")
        return join

    return text[:start] + JOIN.sub(change, text[start:])


@pytest.mark.parametrize("name", NAMES)
def test_planning_ends_in_a_plan_or_a_coded_error(name: str) -> None:
    for seed in range(VARIANTS):
        text = damaged(supergraph_text(name), Random(seed))
        try:
            supergraph = read_supergraph(text)
            schema = public_schema(supergraph)
        except GatewayError:
            continue
        planner = Planner(supergraph, PlanBudget(seconds=5.0))
        for _operation, document, labels in plannable(name):
            if validate(schema, document):
                continue
            try:
                plan = planner.plan(document, labels=labels)
            except GatewayError:
                continue
            check_plan(plan, complete=False)
