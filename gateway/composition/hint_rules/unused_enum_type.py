"""UNUSED_ENUM_TYPE: an enum is used nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import TypeDef

HINT = HintRule(
    HintCode.UNUSED_ENUM_TYPE,
    Level.DEBUG,
    meaning="An enum is used nowhere.",
    mend="Remove the enum.",
)


def report(merge: Merge, name: str, sources: Sequence[tuple[Subgraph, TypeDef]]) -> None:
    """Tell of an enum that no field and no argument uses."""
    message = f'The enum "{name}" is used nowhere.'
    merge.report.hint(HINT, message, *(owner.location for _, owner in sources))
