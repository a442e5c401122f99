"""NO_EXECUTABLE_DIRECTIVE_INTERSECTION.

An executable directive has no location that all subgraphs allow, so it is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import DirectiveDef

HINT = HintRule(
    HintCode.NO_EXECUTABLE_DIRECTIVE_INTERSECTION,
    Level.WARN,
    meaning="An executable directive has no location that all subgraphs allow, so it is dropped.",
    mend="Define the directive for a common location, or rename one of them.",
)


def report(merge: Merge, name: str, having: Sequence[tuple[Subgraph, DirectiveDef]]) -> None:
    """Tell that a directive is left out, as it could stand nowhere."""
    merge.report.hint(
        HINT,
        f"The directive @{name} is left out of the supergraph, as no location is common to all of "
        "its definitions.",
        *(definition.location for _, definition in having),
    )
