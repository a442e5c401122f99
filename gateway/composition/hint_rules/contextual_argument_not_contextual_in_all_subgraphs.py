"""CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS.

An argument is contextual in some subgraphs only.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import InputDef

HINT = HintRule(
    HintCode.CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS,
    Level.INFO,
    meaning="An argument is contextual in some subgraphs only.",
    mend="Take the argument from a context everywhere.",
)


def report(
    merge: Merge,
    element: str,
    having: Sequence[tuple[Subgraph, InputDef]],
    plain: Sequence[tuple[Subgraph, InputDef]],
) -> None:
    """Tell that an argument is ignored in the subgraphs of `plain`, where no context fills it."""
    merge.report.hint(
        HINT,
        f"The {element} comes from a context in some subgraphs, and is ignored in "
        f"{in_subgraphs(subgraph.name for subgraph, _ in plain)}.",
        *(item.location for _, item in having),
    )
