"""ENUM_VALUE_MISMATCH: what goes both ways is known to all."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.diagnostics import in_subgraphs
from gateway.composition.merge.context import Merge, Sources, absent, present
from gateway.supergraph.definitions import EnumValueDef

RULE = Rule(
    Code.ENUM_VALUE_MISMATCH,
    meaning="An enum is used both as input and as output, and its values differ.",
    why=(
        "As output all values have to be known, as input only the common ones: both can "
        "only hold if they are equal."
    ),
    mend="Add the value everywhere, or mark it `@inaccessible` until it is.",
    standing=Standing.UNLESS_DECLARED,
    keeps_resolution=True,
)


def report(merge: Merge, name: str, value: str, found: Sources[EnumValueDef]) -> None:
    """Report a value, hidden nowhere, that some subgraphs of an enum used both ways lack."""
    missing = {subgraph.name for subgraph in absent(found)}
    merge.report.error(
        RULE,
        f'The enum "{name}" is used both as input and as output, but its value "{value}" is not '
        f"in {in_subgraphs(sorted(missing))}.",
        *(item.location for _, item in present(found)),
        *(item.location for subgraph, item in merge.types[name] if subgraph.name in missing),
    )
