"""INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE.

An executable directive is missing somewhere, so dropped.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import DirectiveDef

HINT = HintRule(
    HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE,
    Level.WARN,
    meaning="An executable directive is missing somewhere, so dropped.",
    mend="Define the directive in all subgraphs, or stop using it.",
)


def report(
    merge: Merge, name: str, having: Sequence[tuple[Subgraph, DirectiveDef]], missing: Sequence[str]
) -> None:
    """Tell that a directive is left out, as the subgraphs of `missing` lack it."""
    merge.report.hint(
        HINT,
        f"The directive @{name} is left out of the supergraph, as it is not defined in "
        f"{in_subgraphs(missing)}.",
        *(definition.location for _, definition in having),
    )
