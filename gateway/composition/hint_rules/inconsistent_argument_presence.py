"""INCONSISTENT_ARGUMENT_PRESENCE: an optional argument is missing somewhere, so it is dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.merge.disagreements import left_out
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import InputDef, Location

HINT = HintRule(
    HintCode.INCONSISTENT_ARGUMENT_PRESENCE,
    Level.WARN,
    meaning="An optional argument is missing somewhere, so it is dropped.",
    mend="Add the argument in all subgraphs that resolve the field.",
)


def report(
    merge: Merge,
    element: str,
    having: Sequence[tuple[Subgraph, InputDef]],
    missing: Mapping[str, Location | None],
) -> None:
    """Tell that an optional argument is left out, as the subgraphs of `missing` lack it."""
    left_out(HINT, merge, element, having, missing)
