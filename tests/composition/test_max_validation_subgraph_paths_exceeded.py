"""MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED: the search has a bound."""

from __future__ import annotations

import pytest

from gateway.composition.codes import Code
from gateway.composition.source import Limits
from tests.composition.harness import Case, check, raises

_GRAPHS = {
    "a": 'type Query { t: T } type T @key(fields: "id") { id: ID! u: U } type U { x: Int }',
    "b": 'type T @key(fields: "id") { id: ID! y: Int }',
}
CASES = (
    raises(
        Code.MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED,
        'The search for queries that cannot be answered was given up after 2 subgraph paths, at "U".',
        at="a:2:64",
        limits=Limits(subgraph_paths=2),
        **_GRAPHS,
    ),
    Case(_GRAPHS, limits=Limits(subgraph_paths=3)),
)


@pytest.mark.parametrize("case", CASES)
def test_case(case: Case) -> None:
    check(case)
