"""Composition gives what other composers give, or differs in a way that is listed with its reason.

These are the corpus and a part of the generated sets; `make nightly` compares all of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.composition.corpus_files import corpus
from tests.composition_oracle.composers import Compared, compare
from tests.composition_oracle.deviations import DOCUMENT, NAMES, render_markdown
from tests.composition_oracle.judge import judge, refused_for_labels
from tests.composition_oracle.sets import mutated_set, sources, valid_set, without_labels
from tests.node.kit import needs_node

pytestmark = pytest.mark.timeout(300)
_VALID, _MUTATED, _BATCH = 100, 500, 250


def _check(compared: list[Compared], names: list[str]) -> None:
    problems = {
        (name, composer): problem
        for name, item in zip(names, compared, strict=True)
        for composer in NAMES
        if (problem := judge(item, composer).unexplained) is not None
    }
    assert problems == {}


@pytest.mark.node
@needs_node
async def test_the_corpus(tmp_path: Path) -> None:
    cases = corpus()
    compared = await compare([case.subgraphs for case in cases], tmp_path)
    _check(compared, [case.name for case in cases])


@pytest.mark.node
@needs_node
async def test_valid_sets(tmp_path: Path) -> None:
    seeds = range(_VALID)
    compared = await compare([sources(valid_set(seed)) for seed in seeds], tmp_path)
    assert {item.codes for item in compared} == {frozenset()}
    _check(compared, [str(seed) for seed in seeds])
    again = [item for item in compared if refused_for_labels(item)]
    assert again
    unlabelled = await compare([without_labels(item.subgraphs) for item in again], tmp_path)
    assert {(item.codes, item.theirs["apollo"].codes) for item in unlabelled} == {
        (frozenset(), frozenset())
    }
    _check(unlabelled, [f"{item.subgraphs} without labels" for item in again])


@pytest.mark.node
@needs_node
@pytest.mark.parametrize("first", range(0, _MUTATED, _BATCH))
async def test_mutated_sets(first: int, tmp_path: Path) -> None:
    seeds = range(first, first + _BATCH)
    compared = await compare([sources(mutated_set(seed)) for seed in seeds], tmp_path)
    _check(compared, [str(seed) for seed in seeds])


def test_the_document_is_written_from_the_list() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render_markdown()
