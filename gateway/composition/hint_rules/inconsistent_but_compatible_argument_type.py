"""INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE: an argument has different but fitting types."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.merge.disagreements import types_fit
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import FieldDef, InputDef, TypeRef

HINT = HintRule(
    HintCode.INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE,
    Level.INFO,
    meaning="An argument has different but fitting types.",
    mend="Nothing has to be done; use one type if the difference is not meant.",
)


def report(
    merge: Merge,
    element: str,
    sources: Sequence[tuple[Subgraph, FieldDef]] | Sequence[tuple[Subgraph, InputDef]],
    chosen: TypeRef,
) -> None:
    """Tell which of the types of an argument the supergraph has."""
    types_fit(HINT, merge, element, sources, chosen)
