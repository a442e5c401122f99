"""INPUT_FIELD_DEFAULT_MISMATCH: an input field has one default."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.merge.disagreements import defaults_differ
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import InputDef

RULE = Rule(
    Code.INPUT_FIELD_DEFAULT_MISMATCH,
    meaning="An input field has different defaults in different subgraphs.",
    why="The supergraph states one default, which has to be true wherever the input goes.",
    mend="Use the same default everywhere.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def check(merge: Merge, element: str, having: Sequence[tuple[Subgraph, InputDef]]) -> bool:
    """Report an input field whose defaults differ; return whether they do."""
    return defaults_differ(RULE, merge, element, having)
