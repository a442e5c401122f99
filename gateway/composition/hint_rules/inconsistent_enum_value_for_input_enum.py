"""INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM.

A value of an input enum is missing somewhere, so dropped.
"""

from __future__ import annotations

from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge, Sources, absent, present
from gateway.supergraph.definitions import EnumValueDef

HINT = HintRule(
    HintCode.INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM,
    Level.WARN,
    meaning="A value of an input enum is missing somewhere, so dropped.",
    mend="Add the value to the enum in all subgraphs.",
)


def report(merge: Merge, name: str, value: str, found: Sources[EnumValueDef]) -> None:
    """Tell that a value is left out, as not all subgraphs would accept it."""
    missing = [subgraph.name for subgraph in absent(found)]
    merge.report.hint(
        HINT,
        f'The value "{value}" of the input enum "{name}" is left out of the supergraph, as it is '
        f"not in {in_subgraphs(missing)}.",
        *(item.location for _, item in present(found)),
        *(item.location for subgraph, item in merge.types[name] if subgraph.name in missing),
    )
