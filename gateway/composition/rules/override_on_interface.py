"""OVERRIDE_ON_INTERFACE: only what is resolved can be taken over."""

from __future__ import annotations

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.override_uses import OverrideUse
from gateway.supergraph.definitions import Kind

RULE = Rule(
    Code.OVERRIDE_ON_INTERFACE,
    meaning="`@override` is applied to a field of an interface or an interface object.",
    why="An interface resolves nothing, so there is nothing to take over.",
    mend="Apply it to the fields of the implementations.",
    standing=Standing.SETTLED,
)


def check(use: OverrideUse) -> bool:
    """Report an override on a field of an interface; return whether it is one."""
    if use.owner.kind is not Kind.INTERFACE:
        return False
    use.merge.report.error(
        RULE,
        f'@override cannot be used on {use.element} in subgraph "{use.subgraph.name}": its parent '
        "is an interface.",
        use.applied.location,
    )
    return True
