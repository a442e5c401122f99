"""EXTERNAL_MISSING_ON_BASE: what is borrowed, somebody has."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import FieldDef

RULE = Rule(
    Code.EXTERNAL_MISSING_ON_BASE,
    meaning="A field is `@external` in every subgraph that has it.",
    why="`@external` says that another subgraph resolves the field, and there is none.",
    mend="Let one subgraph resolve the field.",
)


def report(
    merge: Merge, coordinate: Coordinate, having: Sequence[tuple[Subgraph, FieldDef]]
) -> None:
    """Report a field that all subgraphs with it mark as external."""
    merge.report.error(
        RULE,
        f'The field "{coordinate[0]}.{coordinate[1]}" is @external in '
        f"{in_subgraphs(subgraph.name for subgraph, _ in having)}, and no subgraph resolves it.",
        *(item.location for _, item in having),
    )
