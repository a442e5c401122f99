"""Subgraphs that only this composer accepts can be served: the other planner plans what it refused.

@apollo/composition finds queries unanswerable for which @apollo/query-planner then makes plans that
are right. The list of deviations says why; these are the smallest cases of each kind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.composition.compose import compose
from gateway.composition.source import SubgraphSource
from tests.composition_oracle.composers import compare
from tests.composition_oracle.sets import sources
from tests.node.kit import needs_node, run_script

pytestmark = [pytest.mark.node, pytest.mark.timeout(120), needs_node]
_LABEL = "percent(5)"
_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", '
    'import: ["@key", "@external", "@requires", "@override"])\n'
)


@dataclass(frozen=True, slots=True)
class Served:
    """Subgraphs, a query, and the subgraphs that its plans ask with the label off and on."""

    subgraphs: dict[str, str]
    query: str
    off: list[str]
    on: list[str]

    def sources(self, *, label: str = f', label: "{_LABEL}"') -> tuple[SubgraphSource, ...]:
        return sources(
            {name: _LINK + text.replace("LABEL", label) for name, text in self.subgraphs.items()}
        )


SERVED = {
    "a requirement names a progressively overridden field": Served(
        {
            "a": 'type Query { e: E } type E @key(fields: "id") { id: ID! x: Int }',
            "b": 'type E @key(fields: "id") { id: ID! x: Int @override(from: "a"LABEL) }',
            "c": 'type E @key(fields: "id") { id: ID! x: Int @external y: Int @requires(fields: "x") }',
        },
        "{ e { y } }",
        off=["a", "c"],
        on=["a", "b", "c"],
    ),
    "a requirement names one below another field": Served(
        {
            "a": """
                type Query { e: E }
                type E @key(fields: "id") { id: ID! f: F }
                type F @key(fields: "id") { id: ID! x: Int }
            """,
            "b": 'type F @key(fields: "id") { id: ID! x: Int @override(from: "a"LABEL) }',
            "c": """
                type E @key(fields: "id") {
                  id: ID!
                  f: F @external
                  y: Int @requires(fields: "f { x }")
                }
                type F @key(fields: "id") { id: ID! x: Int @external }
            """,
        },
        "{ e { y } }",
        off=["a", "c"],
        on=["a", "b", "c"],
    ),
    "a key names a progressively overridden field": Served(
        {
            "a": 'type Query { e: E } type E @key(fields: "k") { k: ID! id: ID! }',
            "b": """
                type E @key(fields: "k") @key(fields: "id") {
                  k: ID!
                  id: ID! @override(from: "a"LABEL)
                }
            """,
            "c": 'type E @key(fields: "id") { id: ID! y: Int }',
        },
        "{ e { y } }",
        off=["a", "c"],
        on=["a", "b", "c"],
    ),
    "a type condition that never holds where it would be fetched": Served(
        {
            "a": """
                type Query { p: P }
                type P @key(fields: "id") { id: ID! i: I }
                interface I { v: Int }
                type A { v: Int a: Int }
                type B implements I { v: Int b: Int }
            """,
            "b": """
                type P @key(fields: "id") {
                  id: ID!
                  i: I @external
                  s: Int @requires(fields: "i { v ... on A { a } ... on B { b } }")
                }
                interface I { v: Int }
                type A implements I { v: Int @external a: Int @external }
                type B implements I { v: Int @external b: Int @external }
            """,
        },
        "{ p { s } }",
        off=["a", "b"],
        on=["a", "b"],
    ),
}


@pytest.mark.parametrize("case", SERVED.values(), ids=SERVED)
async def test_the_other_planner_plans_what_its_composer_refuses(
    case: Served, tmp_path: Path
) -> None:
    (compared,) = await compare([case.sources()], tmp_path)
    assert compared.theirs["apollo"].codes == {"SATISFIABILITY_ERROR"}
    assert compared.codes == set()
    tasks = [
        {
            "supergraph": compared.ours.supergraph_sdl,
            "operations": [case.query],
            "labels": {_LABEL: on},
        }
        for on in (False, True)
    ]
    (tmp_path / "tasks.json").write_text(json.dumps(tasks), encoding="utf-8")
    await run_script("planners.mjs", str(tmp_path / "tasks.json"), str(tmp_path / "plans.json"))
    (off,), (on,) = json.loads((tmp_path / "plans.json").read_text(encoding="utf-8"))
    assert [subgraph for subgraph, _ in off["apollo"]["requests"]] == case.off
    assert [subgraph for subgraph, _ in on["apollo"]["requests"]] == case.on


@pytest.mark.parametrize(
    "case",
    [case for case in SERVED.values() if "LABEL" in str(case.subgraphs)],
    ids=[name for name, case in SERVED.items() if "LABEL" in str(case.subgraphs)],
)
async def test_without_the_label_its_composer_accepts_them(case: Served, tmp_path: Path) -> None:
    (compared,) = await compare([case.sources(label="")], tmp_path)
    assert compared.theirs["apollo"].codes == compared.codes == set()


def test_a_label_cannot_hide_what_one_state_lacks() -> None:
    """The field is asked of a subgraph that cannot be entered while the label is on."""
    result = compose(
        sources(
            {
                "a": _LINK + 'type Query { e: E } type E @key(fields: "id") { id: ID! x: Int }',
                "b": _LINK
                + 'type E @key(fields: "k") { k: ID! x: Int @override(from: "a", label: "on") }',
                "c": _LINK + 'type E @key(fields: "id") { id: ID! x: Int @external '
                'y: Int @requires(fields: "x") }',
            }
        )
    )
    assert {problem.code.name for problem in result.errors} == {"SATISFIABILITY_ERROR"}
