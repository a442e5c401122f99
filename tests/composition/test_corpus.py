"""The corpus: what each set of subgraphs becomes, to the byte, whatever the order.

    UPDATE_SUPERGRAPHS=1 pytest tests/composition/test_corpus.py

writes the golden files anew; read their diff before it is committed.
"""

from __future__ import annotations

import os
from random import Random

import pytest
from graphql import parse

from gateway.composition.compose import compose
from gateway.errors import InternalError
from gateway.supergraph.read import read_supergraph
from tests.composition.corpus_files import FOLDER, CorpusCase, corpus

_CASES = corpus()
_UPDATE = bool(os.environ.get("UPDATE_SUPERGRAPHS"))


def test_the_corpus_is_not_lost() -> None:
    assert len(_CASES) >= 200
    assert {case.golden for case in _CASES} == set(FOLDER.rglob("*.supergraph.graphql"))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_supergraph(case: CorpusCase) -> None:
    result = compose(case.subgraphs)
    assert result.errors == ()
    text = result.supergraph_sdl
    assert text is not None
    if _UPDATE:
        case.golden.write_text(text, encoding="utf-8")
    assert text == case.golden.read_text(encoding="utf-8")
    parse(text)
    if not case.served:
        with pytest.raises(InternalError, match="connect"):
            read_supergraph(text)
        return
    named = {graph.name for graph in read_supergraph(text).graphs.values()}
    assert named == {subgraph.name for subgraph in case.subgraphs}


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)
def test_the_order_of_subgraphs_changes_nothing(case: CorpusCase) -> None:
    shuffled = list(case.subgraphs)
    Random(case.name).shuffle(shuffled)
    assert compose(shuffled) == compose(case.subgraphs)
