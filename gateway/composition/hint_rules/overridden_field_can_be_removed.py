"""OVERRIDDEN_FIELD_CAN_BE_REMOVED: an overridden field is no longer needed."""

from __future__ import annotations

from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.override_uses import OverrideUse
from gateway.supergraph.definitions import FieldDef

HINT = HintRule(
    HintCode.OVERRIDDEN_FIELD_CAN_BE_REMOVED,
    Level.INFO,
    meaning="An overridden field is no longer needed.",
    mend="Remove the field from the subgraph that it moved from.",
)


def report(use: OverrideUse, source: FieldDef, *, kept: bool) -> None:
    """Tell what may become of the field at its source; `kept` if that needs it itself."""
    advice = (
        "it is still used by other directives there, so it can be marked @external"
        if kept
        else "it can be removed there"
    )
    use.merge.report.hint(
        HINT,
        f'The field {use.element} of subgraph "{use.origin}" is overridden by '
        f'"{use.subgraph.name}"; {advice}.',
        source.location,
        use.applied.location,
    )
