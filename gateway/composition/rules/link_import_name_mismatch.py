"""LINK_IMPORT_NAME_MISMATCH: a directive has one name in the supergraph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.diagnostics import CompositionError, error, quoted
from gateway.composition.features import Feature
from gateway.composition.subgraph import Subgraph

RULE = Rule(
    Code.LINK_IMPORT_NAME_MISMATCH,
    meaning="Subgraphs import one directive of a specification under different names.",
    why="In the supergraph a directive has a single name.",
    mend="Import the directive under the same name everywhere.",
    standing=Standing.SETTLED,
)


def check(
    spec: str, names: Mapping[str, Sequence[tuple[Subgraph, Feature]]]
) -> CompositionError | None:
    """The error for a directive of a specification with several local names.

    `names` maps each of them to the subgraphs that use it and the link that brings it.
    """
    if len(names) < 2:
        return None
    parts = [
        f'"@{name}" in {quoted(subgraph.name for subgraph, _ in found)}'
        for name, found in names.items()
    ]
    return error(
        RULE,
        f"The directive @{spec} goes by different names: {', '.join(parts)}.",
        *(feature.location for found in names.values() for _, feature in found),
    )
