"""INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD: a field of an interface is missing somewhere."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.merge.disagreements import value_type_field_missing
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import TypeDef

HINT = HintRule(
    HintCode.INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD,
    Level.DEBUG,
    meaning="A field of an interface is missing somewhere.",
    mend="Add the field in all subgraphs if the difference is not meant.",
)


def check(merge: Merge, name: str, sources: Sequence[tuple[Subgraph, TypeDef]]) -> None:
    """Tell of each field of an interface without keys that some subgraphs lack."""
    value_type_field_missing(HINT, merge, name, sources)
