"""CONTRACT_EMPTY: a contract leaves something to ask for."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.accessibility import hidden
from gateway.composition.codes import Code, Rule
from gateway.composition.merge.context import Merge
from gateway.supergraph.definitions import TypeDef

RULE = Rule(
    Code.CONTRACT_EMPTY,
    meaning="The tags of a contract leave no query.",
    why="GraphQL demands a query root with at least one field, in a contract too.",
    mend="Include a tag that a field of `Query` carries, or exclude less.",
)


def check(merge: Merge, types: Mapping[str, TypeDef]) -> None:
    """Report a contract that hides the whole query root."""
    if "Query" in types and hidden(types["Query"].directives):
        merge.report.error(
            RULE,
            "The tags of the contract leave no field of Query.",
            *(definition.location for _, definition in merge.types["Query"]),
        )
