"""Other gateways load our supergraphs wherever they load those of Apollo's composer.

They also derive the same public schema from both. `python -m tests.composition_oracle load` writes
what each of them refuses, and why, to docs/supergraph_loading.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.composition.corpus_files import CorpusCase, corpus
from tests.composition_oracle.composers import compare
from tests.composition_oracle.loaders import load_elsewhere
from tests.node.kit import needs_node

pytestmark = [pytest.mark.node, pytest.mark.timeout(600), needs_node]
_CASES = corpus()
_FEW = {
    "auth/scopes_conjunction",  # join 0.3
    "override/label_percent",  # join 0.4
    "context/fragments",  # join 0.5
    "federation1/plain",
    "interface_objects/auth_inherited",
    "keys/written_differently",
    "whole/shop",
}
_REFUSED = {
    "@apollo/query-planner": {"inputs/one_of"},  # It does not know @oneOf.
    # Its parsers know neither descriptions of schemas nor keys in braces.
    "@graphql-hive/router-query-planner": {"descriptions/everywhere", "keys/written_differently"},
}


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param([case for case in _CASES if case.name in _FEW], id="few"),
        pytest.param(_CASES, id="all", marks=pytest.mark.nightly),
    ],
)
async def test_what_they_load(cases: list[CorpusCase], tmp_path: Path) -> None:
    compared = await compare([case.subgraphs for case in cases], tmp_path)
    loaded = await load_elsewhere(compared, tmp_path)
    results = list(zip((case.name for case in cases), loaded, strict=True))
    assert {
        (name, loader): found
        for name, result in results
        for loader, found in result.items()
        if found.ours_to_mend
    } == {}
    for loader, refused in _REFUSED.items():
        found = {name for name, result in results if result[loader].refusal is not None}
        assert found == refused.intersection(name for name, _ in results)
        derived = {name for name, result in results if result[loader].same_schema}
        assert derived == {name for name, _ in results} - refused - {"inputs/one_of"}
