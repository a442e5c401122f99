"""NO_QUERIES: a graph can be asked something."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.merge.context import Merge

RULE = Rule(
    Code.NO_QUERIES,
    meaning="No subgraph has a query.",
    why="GraphQL demands a query root with at least one field.",
    mend="Define at least one field of `Query`.",
)


def check(merge: Merge) -> None:
    """Report that none of the subgraphs has a query of its own."""
    if any(subgraph.types["Query"].fields for subgraph in merge.subgraphs):
        return
    names = in_subgraphs(subgraph.name for subgraph in merge.subgraphs)
    merge.report.error(
        RULE,
        f"There is no field of Query in {names}.",
        *(s.types["Query"].location or s.schema.location for s in merge.subgraphs),
    )
