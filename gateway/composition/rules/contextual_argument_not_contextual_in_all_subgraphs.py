"""CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS: what a context gives, no client can give."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import InputDef

RULE = Rule(
    Code.CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS,
    meaning="An argument comes from a context in one subgraph and is required in another.",
    why=(
        "A contextual argument is not in the public schema, so nobody could give it to "
        "the other subgraph."
    ),
    mend="Take it from a context everywhere, or make it optional where it is not.",
    standing=Standing.UNLESS_DECLARED,
)


def check(
    merge: Merge,
    element: str,
    having: Sequence[tuple[Subgraph, InputDef]],
    plain: Sequence[tuple[Subgraph, InputDef]],
) -> bool:
    """Report an argument that is contextual somewhere and required elsewhere.

    `plain` are those of `having` where it is not contextual. Returns whether it is so.
    """
    required = [subgraph.name for subgraph, item in plain if item.required]
    if not required:
        return False
    merge.report.error(
        RULE,
        f"The {element} comes from a context in some subgraphs, but is required in "
        f"{in_subgraphs(required)}.",
        *(item.location for _, item in having),
    )
    return True
