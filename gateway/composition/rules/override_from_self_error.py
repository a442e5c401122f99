"""OVERRIDE_FROM_SELF_ERROR: a field moves to somebody else."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.override_uses import OverrideUse

RULE = Rule(
    Code.OVERRIDE_FROM_SELF_ERROR,
    meaning="An `@override` names the subgraph that it stands in.",
    why="A field moves from one subgraph to another one.",
    mend="Name the subgraph that the field comes from.",
    standing=Standing.SETTLED,
)


def check(use: OverrideUse) -> bool:
    """Report an override whose source is its own subgraph; return whether it is."""
    name = use.subgraph.name
    if use.origin != name:
        return False
    use.merge.report.error(
        RULE,
        f'The field {use.element} in subgraph "{name}" overrides itself: its source subgraph is '
        f'"{name}" as well.',
        use.applied.location,
    )
    return True
