"""FIELD_ARGUMENT_DEFAULT_MISMATCH: an argument has one default."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.merge.disagreements import defaults_differ
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import InputDef

RULE = Rule(
    Code.FIELD_ARGUMENT_DEFAULT_MISMATCH,
    meaning="An argument has different defaults in different subgraphs.",
    why="The supergraph states one default, which has to be true whoever resolves the field.",
    mend="Use the same default everywhere.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def check(merge: Merge, element: str, having: Sequence[tuple[Subgraph, InputDef]]) -> bool:
    """Report an argument whose defaults differ; return whether they do."""
    return defaults_differ(RULE, merge, element, having)
