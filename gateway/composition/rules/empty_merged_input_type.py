"""EMPTY_MERGED_INPUT_TYPE: an input has fields that all know."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import TypeDef

RULE = Rule(
    Code.EMPTY_MERGED_INPUT_TYPE,
    meaning="No field of an input type is common to all subgraphs that have it.",
    why="An input may go to any subgraph that has the type, so only fields known to all remain.",
    mend="Let the subgraphs share at least one field.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def check(merge: Merge, name: str, sources: Sequence[tuple[Subgraph, TypeDef]]) -> None:
    """Report an input type that has fields, but none that is left after merging."""
    if not any(owner.inputs for _, owner in sources):
        return
    merge.report.error(
        RULE,
        f'No field of input type "{name}" is known to all of '
        f"{in_subgraphs(subgraph.name for subgraph, _ in sources)}, so none is left.",
        *(owner.location for _, owner in sources),
    )
