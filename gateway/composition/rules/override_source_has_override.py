"""OVERRIDE_SOURCE_HAS_OVERRIDE: a field moves once."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.override_uses import OverrideUse
from gateway.supergraph.definitions import Applied

RULE = Rule(
    Code.OVERRIDE_SOURCE_HAS_OVERRIDE,
    meaning="A field is overridden from a subgraph that itself overrides the field.",
    why="If both take the field over, neither of them is left to resolve it.",
    mend="Keep a single `@override` for each field.",
    standing=Standing.SETTLED,
)


def check(use: OverrideUse, applications: Mapping[str, Applied]) -> bool:
    """Report an override of an override; return whether it is one.

    `applications` maps the names of subgraphs that override the field to how they do.
    """
    if use.origin not in applications:
        return False
    use.merge.report.error(
        RULE,
        f'The field {use.element} is overridden from "{use.origin}" in subgraph '
        f'"{use.subgraph.name}", but "{use.origin}" overrides it too.',
        use.applied.location,
        applications[use.origin].location,
    )
    return True
