"""MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS: the different arguments of a directive were merged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.supergraph.definitions import Applied, Location
from gateway.supergraph.write import write_applied

HINT = HintRule(
    HintCode.MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
    Level.INFO,
    meaning="The different arguments of a directive were merged.",
    mend="Nothing has to be done; see whether the merged arguments are meant.",
)


def report(merge: Merge, element: str, found: Sequence[Applied], merged: Applied) -> None:
    """Tell what the arguments that several subgraphs give have become."""
    merge.report.hint(
        HINT,
        f"@{merged.name} on {element} has different arguments; the supergraph has "
        f"{write_applied(merged)}.",
        *(applied.location for applied in found),
    )


def report_inherited(
    merge: Merge, element: str, merged: Applied, places: Iterable[Location | None]
) -> None:
    """Tell what is demanded for an element where its interfaces come together."""
    merge.report.hint(
        HINT,
        f'Along its interfaces, different things are demanded for "{element}" by @{merged.name}; '
        f"the supergraph has {write_applied(merged)}.",
        *places,
    )
