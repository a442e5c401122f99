"""Compares what composers made of one set, and explains the differences by the list."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.composition.hints import HintCode
from tests.composition_oracle.canonical import canonical, canonical_types
from tests.composition_oracle.composers import Compared
from tests.composition_oracle.deviations import Difference, load_deviations

_DEVIATIONS = load_deviations()
_REFUSED_FOR_LABELS = HintCode.LABELLED_OVERRIDE_IN_FIELD_SET.name


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a set fared against one other composer; `unexplained` is what the list does not have."""

    verdict: bool
    codes: bool
    supergraph: bool | None
    """None where not both composed."""
    unexplained: str | None


def judge(item: Compared, composer: str) -> Judgement:
    """Compare verdict, codes and supergraph with those of `apollo` or `guild`."""
    theirs, known = item.theirs[composer], _DEVIATIONS[composer]
    found = Difference(
        item.codes,
        theirs.codes,
        [problem.message for problem in item.ours.errors],
        [str(subgraph.sdl) for subgraph in item.subgraphs],
        item.hints,
        theirs.messages,
    )
    same: bool | None = None
    problem: str | None = None
    ours_only, theirs_only = known.unexplained(found)
    if ours_only or theirs_only:
        both = sorted(found.common)
        problem = f"ours alone: {ours_only}, theirs alone: {theirs_only}, both: {both}"
    if theirs.supergraph is not None and item.ours.supergraph_sdl is not None:
        form = canonical if composer == "apollo" else canonical_types
        mine, other = form(item.ours.supergraph_sdl), form(theirs.supergraph)
        same = mine == other
        if not same and not known.lines_explained(mine, other):
            lines = sorted(set(mine.splitlines()) ^ set(other.splitlines()))
            problem = f"the supergraphs differ: {lines[:4]}"
        elif composer == "apollo" and _REFUSED_FOR_LABELS in item.hints:
            problem = f"the hint {_REFUSED_FOR_LABELS} is given, but the subgraphs compose"
        elif composer == "apollo" and (item.hints ^ theirs.hints) - known.hints:
            problem = f"hints: ours {sorted(item.hints)}, theirs {sorted(theirs.hints)}"
    return Judgement(
        not found.verdict or found.ours == found.theirs, found.ours == found.theirs, same, problem
    )


def refused_for_labels(item: Compared) -> bool:
    """Whether Apollo's composer refuses a set only for the labels of its overrides."""
    refused = item.theirs["apollo"].codes == {"SATISFIABILITY_ERROR"}
    return refused and not item.codes and _REFUSED_FOR_LABELS in item.hints
