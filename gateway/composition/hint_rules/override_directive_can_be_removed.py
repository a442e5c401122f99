"""OVERRIDE_DIRECTIVE_CAN_BE_REMOVED: an override has nothing left to override."""

from __future__ import annotations

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.override_uses import OverrideUse
from gateway.supergraph.definitions import FieldDef

HINT = HintRule(
    HintCode.OVERRIDE_DIRECTIVE_CAN_BE_REMOVED,
    Level.INFO,
    meaning="An override has nothing left to override.",
    mend="Remove the `@override`.",
)


def report(use: OverrideUse, source: FieldDef | None) -> None:
    """Tell that the source does not resolve the field; `source` is what it has of it."""
    why = "does not have it" if source is None else "only has it as external"
    use.merge.report.hint(
        HINT,
        f'@override on {use.element} in subgraph "{use.subgraph.name}" can be removed: '
        f'"{use.origin}" {why}.',
        use.applied.location,
        source.location if source is not None else None,
    )
