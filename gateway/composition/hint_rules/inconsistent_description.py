"""INCONSISTENT_DESCRIPTION: an element is described differently."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Located, Merge
from gateway.composition.subgraph import Subgraph

HINT = HintRule(
    HintCode.INCONSISTENT_DESCRIPTION,
    Level.WARN,
    meaning="An element is described differently.",
    mend="Describe the element once, or in the same words everywhere.",
)


def report(
    merge: Merge, element: str, described: Sequence[tuple[Subgraph, Located]], chosen: str
) -> None:
    """Tell whose descriptions are not used."""
    others = [subgraph.name for subgraph, item in described if item.description != chosen]
    merge.report.hint(
        HINT,
        f"{element} is described differently; the text of {in_subgraphs(others)} is not used.",
        *(item.location for _, item in described),
    )
