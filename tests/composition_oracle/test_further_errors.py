"""Further errors come true: each is there once the subgraph that hid it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from gateway.composition.compose import compose
from gateway.composition.diagnostics import CompositionError
from gateway.composition.source import SubgraphSource
from tests.composition_oracle.sets import mutated_set, sources

_FEW, _ALL = 150, 2000
_FAULTS = ('\ntype Broken0 @key(fields: "nope") { id: ID }\n', "\n}\n")


def _broken(subgraphs: tuple[SubgraphSource, ...]) -> Iterable[tuple[SubgraphSource, ...]]:
    """The set with each of its subgraphs broken in turn, in each way."""
    for index, each in enumerate(subgraphs):
        for fault in _FAULTS:
            changed = replace(each, sdl=f"{each.sdl}{fault}")
            yield (*subgraphs[:index], changed, *subgraphs[index + 1 :])


def _among(problem: CompositionError, found: Iterable[CompositionError]) -> bool:
    """Whether one of these errors is the same fault, though perhaps in more subgraphs."""
    return any(
        each.rule is problem.rule and set(problem.locations) <= set(each.locations)
        for each in found
    )


@pytest.mark.parametrize(
    "count",
    [_FEW, pytest.param(_ALL, marks=[pytest.mark.nightly, pytest.mark.timeout(600)])],
)
def test_what_is_foreseen_beside_a_broken_subgraph_comes_true(count: int) -> None:
    foreseen = 0
    for seed in range(count):
        subgraphs = sources(mutated_set(seed))
        whole = compose(subgraphs)
        for changed in _broken(subgraphs) if whole.errors else ():
            result = compose(changed)
            assert result.errors
            assert [
                problem.message
                for problem in result.further_errors
                if not _among(problem, (*whole.errors, *whole.further_errors))
            ] == [], seed
            foreseen += len(result.further_errors)
    assert foreseen >= count / 20


def test_what_is_foreseen_beside_a_contradiction_comes_true() -> None:
    foreseen = 0
    for seed in range(_FEW):
        subgraphs = sources(mutated_set(seed))
        whole = compose(subgraphs)
        if not whole.errors or whole.further_errors or len(subgraphs) < 2:
            continue
        contradiction = (
            replace(each, sdl=f"{each.sdl}\ninput Zz {{ a: Int = {index} }}\n")
            for index, each in enumerate(subgraphs)
        )
        result = compose(tuple(contradiction))
        if [problem.code.name for problem in result.errors] == ["INPUT_FIELD_DEFAULT_MISMATCH"]:
            assert result.further_errors == whole.errors, seed
            foreseen += 1
    assert foreseen
