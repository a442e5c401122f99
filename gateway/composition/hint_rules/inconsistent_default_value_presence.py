"""INCONSISTENT_DEFAULT_VALUE_PRESENCE: a default is given in some subgraphs only."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge, grouped, listed
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import InputDef
from gateway.supergraph.write import write_value

HINT = HintRule(
    HintCode.INCONSISTENT_DEFAULT_VALUE_PRESENCE,
    Level.WARN,
    meaning="A default is given in some subgraphs only.",
    mend="Give the default in all subgraphs, or in none.",
)


def report(merge: Merge, element: str, having: Sequence[tuple[Subgraph, InputDef]]) -> None:
    """Tell that an argument or input field loses its default."""
    texts = (
        (subgraph, "none" if item.default is None else write_value(item.default[0]))
        for subgraph, item in having
    )
    merge.report.hint(
        HINT,
        f"The default of {element} is dropped, as only some subgraphs have it: "
        f"{listed(grouped(texts))}.",
        *(item.location for _, item in having),
    )
