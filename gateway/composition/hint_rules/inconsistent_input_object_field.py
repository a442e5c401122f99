"""INCONSISTENT_INPUT_OBJECT_FIELD: an input field is missing somewhere, so dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.merge.disagreements import left_out
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import InputDef, Location

HINT = HintRule(
    HintCode.INCONSISTENT_INPUT_OBJECT_FIELD,
    Level.WARN,
    meaning="An input field is missing somewhere, so dropped.",
    mend="Add the field to the input type in all subgraphs.",
)


def report(
    merge: Merge,
    element: str,
    having: Sequence[tuple[Subgraph, InputDef]],
    missing: Mapping[str, Location | None],
) -> None:
    """Tell that an optional input field is left out, as the subgraphs of `missing` lack it."""
    left_out(HINT, merge, element, having, missing)
