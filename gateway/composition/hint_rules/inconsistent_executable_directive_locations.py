"""INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS: an executable directive has different locations."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import DirectiveDef

HINT = HintRule(
    HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS,
    Level.WARN,
    meaning="An executable directive has different locations.",
    mend="Define the directive for the same locations everywhere.",
)


def report(
    merge: Merge, name: str, having: Sequence[tuple[Subgraph, DirectiveDef]], common: frozenset[str]
) -> None:
    """Tell which locations all definitions have in common."""
    merge.report.hint(
        HINT,
        f"The directive @{name} is defined for different locations; the supergraph has "
        f"{' | '.join(sorted(common))}.",
        *(definition.location for _, definition in having),
    )
