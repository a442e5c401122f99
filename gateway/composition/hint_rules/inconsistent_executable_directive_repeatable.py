"""INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE.

An executable directive is repeatable in some subgraphs only.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import DirectiveDef

HINT = HintRule(
    HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE,
    Level.WARN,
    meaning="An executable directive is repeatable in some subgraphs only.",
    mend="Make the directive repeatable in all subgraphs, or in none.",
)


def report(merge: Merge, name: str, having: Sequence[tuple[Subgraph, DirectiveDef]]) -> None:
    """Tell that a directive cannot be repeated in the supergraph."""
    merge.report.hint(
        HINT,
        f"The directive @{name} is repeatable in some subgraphs only, so it is not in the "
        "supergraph.",
        *(definition.location for _, definition in having),
    )
