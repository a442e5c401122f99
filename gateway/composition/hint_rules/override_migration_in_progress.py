"""OVERRIDE_MIGRATION_IN_PROGRESS: a field is moving to another subgraph by label."""

from __future__ import annotations

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.override_uses import OverrideUse
from gateway.supergraph.definitions import FieldDef

HINT = HintRule(
    HintCode.OVERRIDE_MIGRATION_IN_PROGRESS,
    Level.INFO,
    meaning="A field is moving to another subgraph by label.",
    mend="Remove the label once all requests may use the new subgraph.",
)


def report(use: OverrideUse, source: FieldDef, label: str) -> None:
    """Tell that both sides of an override are live."""
    use.merge.report.hint(
        HINT,
        f'The field {use.element} is moving from "{use.origin}" to "{use.subgraph.name}" by the '
        f'label "{label}".',
        use.applied.location,
        source.location,
    )
