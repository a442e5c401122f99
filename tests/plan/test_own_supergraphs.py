"""The scenarios' recorded supergraphs come from Apollo's composer; ours must lead to equal plans."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import parse

from gateway.composition.codes import Code
from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from gateway.errors import GatewayError
from gateway.plan.planner import Planner
from gateway.plan.print import print_plan
from gateway.supergraph.read import read_supergraph
from tests.plan.world import Case

HERE = Path(__file__).parent
NAMES = [path.stem for path in sorted((HERE / "cases").glob("*.yaml"))]

FIRST_JOIN = sorted((HERE / "golden").glob("*/first_join.graphql"))
"""The supergraphs of scenarios written by hand as Federation 1 composers wrote them."""

REFUSED = {"keys_mashup": "no key leads back to this subgraph"}
"""Scenarios that our composer refuses, and why: one of their operations cannot be answered."""


@pytest.mark.parametrize("name", NAMES)
def test_plans_are_those_recorded(name: str) -> None:
    case = Case.read(HERE / "cases" / f"{name}.yaml")
    composed = compose(
        [SubgraphSource(each, f"http://{each}/", sdl) for each, sdl in case.subgraphs.items()]
    )
    if name in REFUSED:
        (error,) = composed.errors
        assert error.code is Code.SATISFIABILITY_ERROR
        assert REFUSED[name] in error.message
        assert any(each.fails for each in case.operations)
        return
    assert composed.supergraph_sdl is not None, composed.errors
    _plans_as_recorded(case, composed.supergraph_sdl)


@pytest.mark.parametrize("path", FIRST_JOIN, ids=lambda path: path.parent.name)
def test_plans_on_the_first_join_version_are_those_recorded(path: Path) -> None:
    case = Case.read(HERE / "cases" / f"{path.parent.name}.yaml")
    _plans_as_recorded(case, path.read_text("utf-8"))


def _plans_as_recorded(case: Case, supergraph: str) -> None:
    planner = Planner(read_supergraph(supergraph))
    for operation in case.operations:
        document = parse(operation.query)
        if operation.invalid:
            continue
        if operation.fails:
            with pytest.raises(GatewayError):
                planner.plan(document, labels=operation.labels)
            continue
        plan = print_plan(planner.plan(document, labels=operation.labels))
        recorded = HERE / "golden" / case.name / f"{operation.name}.plan"
        assert plan == recorded.read_text("utf-8"), operation.name
