"""Equal inputs give equal plans, and rewriting an operation without changing it changes little."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    NameNode,
    SelectionSetNode,
    parse,
    visit,
)
from graphql.language import Visitor

from gateway.plan.planner import Planner
from gateway.plan.print import plan_as_json, print_plan
from gateway.supergraph.read import read_supergraph
from tests.plan.world import Case

HERE = Path(__file__).parent
NAMES = [path.stem for path in sorted((HERE / "cases").glob("*.yaml"))]


@cache
def supergraph_text(name: str) -> str:
    return (HERE / "golden" / name / "supergraph.graphql").read_text("utf-8")


def plannable(name: str) -> list[tuple[str, DocumentNode, dict[str, bool]]]:
    case = Case.read(HERE / "cases" / f"{name}.yaml")
    return [
        (each.name, parse(each.query), each.labels) for each in case.operations if not each.fails
    ]


@pytest.mark.parametrize("name", NAMES)
def test_planning_again_changes_nothing(name: str) -> None:
    text = supergraph_text(name)
    planner = Planner(read_supergraph(text))
    for operation, document, labels in plannable(name):
        first = planner.plan(document, labels=labels)
        again = Planner(read_supergraph(text)).plan(document, labels=labels)
        assert print_plan(first) == print_plan(again), operation
        assert plan_as_json(first) == plan_as_json(again), operation
        assert first == again, operation


def test_plans_do_not_depend_on_hash_seeds() -> None:
    program = (
        "import hashlib\n"
        "from tests.plan.test_determinism import *\n"
        "digest = hashlib.sha256()\n"
        "for name in NAMES:\n"
        "    planner = Planner(read_supergraph(supergraph_text(name)))\n"
        "    for operation, document, labels in plannable(name):\n"
        "        digest.update(print_plan(planner.plan(document, labels=labels)).encode())\n"
        "print(digest.hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=HERE.parent.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


class _Aliases(Visitor):
    """Renames every field's response key."""

    def enter_field(self, node: FieldNode, *_args: object) -> FieldNode:
        key = node.alias.value if node.alias else node.name.value
        return FieldNode(
            alias=NameNode(value=f"z_{key}"),
            name=node.name,
            arguments=node.arguments,
            directives=node.directives,
            selection_set=node.selection_set,
        )


class _Fragments(Visitor):
    """Wraps every selection set in an inline fragment without a type."""

    def leave_selection_set(self, node: SelectionSetNode, *args: object) -> SelectionSetNode:
        from graphql import InlineFragmentNode

        return SelectionSetNode(selections=(InlineFragmentNode(selection_set=node, directives=()),))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", [_Aliases, _Fragments])
def test_renaming_and_wrapping_change_no_fetch(name: str, change: type[Visitor]) -> None:
    planner = Planner(read_supergraph(supergraph_text(name)))
    for operation, document, labels in plannable(name):
        before = planner.plan(document, labels=labels)
        after = planner.plan(visit(document, change()), labels=labels)
        asked = [(fetch.subgraph, fetch.depends_on) for fetch in before.fetches]
        assert [(fetch.subgraph, fetch.depends_on) for fetch in after.fetches] == asked, operation
