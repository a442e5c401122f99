"""INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM: a value of an output enum is missing somewhere."""

from __future__ import annotations

from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge, Sources, absent, present
from gateway.supergraph.definitions import EnumValueDef

HINT = HintRule(
    HintCode.INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM,
    Level.DEBUG,
    meaning="A value of an output enum is missing somewhere.",
    mend="Add the value in all subgraphs if the difference is not meant.",
)


def report(merge: Merge, name: str, value: str, found: Sources[EnumValueDef]) -> None:
    """Tell that some subgraphs never return a value."""
    missing = [subgraph.name for subgraph in absent(found)]
    merge.report.hint(
        HINT,
        f'The value "{value}" of the enum "{name}" is not in {in_subgraphs(missing)}.',
        *(item.location for _, item in present(found)),
        *(item.location for subgraph, item in merge.types[name] if subgraph.name in missing),
    )
