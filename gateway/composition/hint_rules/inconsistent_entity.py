"""INCONSISTENT_ENTITY: a type is an entity in some subgraphs only."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph, keys
from gateway.supergraph.definitions import TypeDef

HINT = HintRule(
    HintCode.INCONSISTENT_ENTITY,
    Level.INFO,
    meaning="A type is an entity in some subgraphs only.",
    mend="Add a `@key` where other subgraphs should be able to reach the type.",
)


def check(merge: Merge, name: str, sources: Sequence[tuple[Subgraph, TypeDef]]) -> None:
    """Tell of a type that has a key in some subgraphs only."""
    entity = [subgraph.name for subgraph, definition in sources if keys(definition)]
    other = [subgraph.name for subgraph, definition in sources if not keys(definition)]
    if entity and other:
        merge.report.hint(
            HINT,
            f'The type "{name}" has a @key in {in_subgraphs(entity)}, but none in '
            f"{in_subgraphs(other)}.",
            *(definition.location for _, definition in sources),
        )
