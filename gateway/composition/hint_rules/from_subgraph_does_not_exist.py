"""FROM_SUBGRAPH_DOES_NOT_EXIST: an override names a subgraph that does not exist."""

from __future__ import annotations

from gateway.composition.diagnostics import suggestion
from gateway.composition.hints import HintCode, HintRule, Level
from gateway.composition.merge.override_uses import OverrideUse

HINT = HintRule(
    HintCode.FROM_SUBGRAPH_DOES_NOT_EXIST,
    Level.WARN,
    meaning="An override names a subgraph that does not exist.",
    mend="Correct the name, or remove the `@override` if that subgraph is gone.",
)


def check(use: OverrideUse) -> bool:
    """Tell that an override names no subgraph; return whether it does not."""
    if use.origin in use.merge.ownership:
        return False
    names = [subgraph.name for subgraph in use.merge.subgraphs]
    use.merge.report.hint(
        HINT,
        f'The field {use.element} is overridden from "{use.origin}", which is no subgraph.'
        f"{suggestion(use.origin, names)}",
        use.applied.location,
    )
    return True
