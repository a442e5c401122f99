"""FIELD_ARGUMENT_TYPE_MISMATCH: an argument has one type that all accept."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.merge.disagreements import types_do_not_fit
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import FieldDef, InputDef

RULE = Rule(
    Code.FIELD_ARGUMENT_TYPE_MISMATCH,
    meaning="An argument has types that do not fit together in different subgraphs.",
    why="The supergraph needs one type whose values all subgraphs accept.",
    mend="Give the argument types of which one includes the others.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def report(
    merge: Merge,
    element: str,
    sources: Sequence[tuple[Subgraph, FieldDef]] | Sequence[tuple[Subgraph, InputDef]],
) -> None:
    """Report an argument whose types have none that all subgraphs accept."""
    types_do_not_fit(RULE, merge, element, sources)
