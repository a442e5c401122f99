"""EMPTY_MERGED_ENUM_TYPE: an enum has values that all know."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import TypeDef

RULE = Rule(
    Code.EMPTY_MERGED_ENUM_TYPE,
    meaning="No value of an enum used as input is common to all subgraphs that have it.",
    why="An input may go to any subgraph that has the enum, so only values known to all remain.",
    mend="Let the subgraphs share at least one value.",
    keeps_resolution=True,
)


def report(merge: Merge, name: str, sources: Sequence[tuple[Subgraph, TypeDef]]) -> None:
    """Report an enum none of whose values is left after merging."""
    merge.report.error(
        RULE,
        f'No value of the enum "{name}" is known to all of '
        f"{in_subgraphs(subgraph.name for subgraph, _ in sources)}; as it is used as input, "
        "none is left.",
        *(owner.location for _, owner in sources),
    )
