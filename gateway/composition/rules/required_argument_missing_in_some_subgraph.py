"""REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH: what one demands, all have to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.context import Merge
from gateway.composition.merge.disagreements import required_but_missing
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import InputDef, Location

RULE = Rule(
    Code.REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH,
    meaning="An argument is required in one subgraph and unknown to another.",
    why=(
        "Arguments that some subgraph lacks are left out of the supergraph, but this one cannot be."
    ),
    mend="Add the argument everywhere, or make it optional.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def check(
    merge: Merge,
    element: str,
    having: Sequence[tuple[Subgraph, InputDef]],
    missing: Mapping[str, Location | None],
) -> bool:
    """Report a required argument that some subgraphs lack; return whether it is one."""
    return required_but_missing(RULE, merge, element, having, missing)
