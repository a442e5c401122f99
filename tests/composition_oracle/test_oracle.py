"""Composition gives what other composers give, or differs in a way that is listed with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.composition.source import SubgraphSource
from tests.composition.corpus_files import corpus
from tests.composition_oracle.canonical import canonical
from tests.composition_oracle.composers import Compared, compare
from tests.composition_oracle.deviations import (
    DOCUMENT,
    Difference,
    load_deviations,
    render_markdown,
)
from tests.composition_oracle.sets import Subgraphs, mutated_set, valid_set
from tests.node.kit import needs_node

_DEVIATIONS = load_deviations()
pytestmark = pytest.mark.timeout(300)
_VALID, _MUTATED, _BATCH = 300, 2000, 250


def _sources(subgraphs: Subgraphs) -> tuple[SubgraphSource, ...]:
    return tuple(
        SubgraphSource(name, f"http://{name}.test", text, f"{name}.graphql")
        for name, text in sorted(subgraphs.items())
    )


def _unexplained(item: Compared) -> str | None:
    """What is different and not listed, as text; None if nothing is."""
    theirs = item.theirs["apollo"]
    found = Difference(
        item.codes,
        theirs.codes,
        [problem.message for problem in item.ours.errors],
        [str(subgraph.sdl) for subgraph in item.subgraphs],
    )
    ours_only, theirs_only = _DEVIATIONS.unexplained(found)
    if ours_only or theirs_only:
        return f"ours alone: {ours_only}, theirs alone: {theirs_only}, both: {set(found.common)}"
    if theirs.supergraph is not None and item.ours.supergraph_sdl is not None:
        mine = canonical(item.ours.supergraph_sdl)
        if not _DEVIATIONS.lines_explained(mine, canonical(theirs.supergraph)):
            return "the supergraphs differ"
        if (item.hints ^ theirs.hints) - _DEVIATIONS.hints:
            return f"hints: ours {sorted(item.hints)}, theirs {sorted(theirs.hints)}"
    guild = item.theirs.get("guild")
    if guild is not None and not _DEVIATIONS.guild_explained(item.codes, guild.codes):
        return f"@theguild's verdict: {sorted(guild.codes)}, ours: {sorted(item.codes)}"
    return None


def _check(compared: list[Compared], names: list[str]) -> None:
    problems = {
        name: problem
        for name, item in zip(names, compared, strict=True)
        if (problem := _unexplained(item)) is not None
    }
    assert problems == {}


@pytest.mark.node
@needs_node
async def test_the_corpus(tmp_path: Path) -> None:
    cases = corpus()
    compared = await compare([case.subgraphs for case in cases], tmp_path, "apollo", "guild")
    _check(compared, [case.name for case in cases])


@pytest.mark.node
@needs_node
@pytest.mark.parametrize("first", range(0, _VALID, 100))
async def test_valid_sets(first: int, tmp_path: Path) -> None:
    seeds = range(first, first + 100)
    compared = await compare([_sources(valid_set(s)) for s in seeds], tmp_path, "apollo", "guild")
    assert {item.codes for item in compared} == {frozenset()}
    _check(compared, [str(seed) for seed in seeds])


@pytest.mark.node
@needs_node
@pytest.mark.parametrize("first", range(0, _MUTATED, _BATCH))
async def test_mutated_sets(first: int, tmp_path: Path) -> None:
    seeds = range(first, first + _BATCH)
    others = ("apollo", "guild") if first < 2 * _BATCH else ("apollo",)
    compared = await compare([_sources(mutated_set(seed)) for seed in seeds], tmp_path, *others)
    _check(compared, [str(seed) for seed in seeds])


def test_the_document_is_written_from_the_list() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render_markdown()
