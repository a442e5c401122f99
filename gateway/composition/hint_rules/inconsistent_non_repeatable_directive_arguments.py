"""INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS.

A directive is applied with different arguments; the most frequent ones are kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.context import Merge
from gateway.supergraph.definitions import Applied
from gateway.supergraph.write import write_applied

HINT = HintRule(
    HintCode.INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS,
    Level.WARN,
    meaning="A directive is applied with different arguments; the most frequent ones are kept.",
    mend="Apply the directive with the same arguments everywhere.",
)


def report(merge: Merge, element: str, found: Sequence[Applied], chosen: Applied) -> None:
    """Tell which of several applications the supergraph has."""
    merge.report.hint(
        HINT,
        f"@{chosen.name} on {element} has different arguments; the supergraph has "
        f"{write_applied(chosen)}.",
        *(applied.location for applied in found),
    )
