"""FIELD_TYPE_MISMATCH: a field has one type that holds for all."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.merge.disagreements import types_do_not_fit
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import FieldDef, InputDef

RULE = Rule(
    Code.FIELD_TYPE_MISMATCH,
    meaning="A field has types that do not fit together in different subgraphs.",
    why="The supergraph needs one type that holds for the values of all subgraphs.",
    mend="Give the field types of which one includes the others.",
    standing=Standing.UNLESS_DECLARED,
)


def report(
    merge: Merge,
    element: str,
    sources: Sequence[tuple[Subgraph, FieldDef]] | Sequence[tuple[Subgraph, InputDef]],
) -> None:
    """Report a field or an input field whose types have none that serves for all."""
    types_do_not_fit(RULE, merge, element, sources)
