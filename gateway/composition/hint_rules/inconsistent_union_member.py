"""INCONSISTENT_UNION_MEMBER: a member of a union is missing somewhere."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import TypeDef

HINT = HintRule(
    HintCode.INCONSISTENT_UNION_MEMBER,
    Level.DEBUG,
    meaning="A member of a union is missing somewhere.",
    mend="Add the member in all subgraphs if the difference is not meant.",
)


def check(merge: Merge, name: str, sources: Sequence[tuple[Subgraph, TypeDef]]) -> None:
    """Tell of each member that some subgraphs of a union lack."""
    for member in dict.fromkeys(member for _, owner in sources for member in owner.members):
        missing = [subgraph.name for subgraph, owner in sources if member not in owner.members]
        if missing:
            merge.report.hint(
                HINT,
                f'The union "{name}" lacks its member "{member}" in {in_subgraphs(missing)}.',
                *(owner.members[member] for _, owner in sources if member in owner.members),
                *(owner.location for _, owner in sources if member not in owner.members),
            )
