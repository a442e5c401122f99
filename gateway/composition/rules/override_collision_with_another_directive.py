"""OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE: who takes a field over resolves it alone."""

from __future__ import annotations

from typing import Final

from gateway.composition.codes import Code, Rule, Standing
from gateway.composition.merge.override_uses import OverrideUse
from gateway.composition.subgraph import is_interface_object
from gateway.supergraph.definitions import FieldDef

RULE = Rule(
    Code.OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE,
    meaning="`@override` is combined with a directive that says the field comes from elsewhere.",
    why="To override is to resolve the field by itself, which the other directive contradicts.",
    mend="Remove one of the two directives.",
    standing=Standing.SETTLED,
)


_AT_TARGET: Final = frozenset({"external"})
_AT_SOURCE: Final = frozenset({"requires", "provides"})


def check_owner(use: OverrideUse) -> bool:
    """Report an override on a field of an interface object; return whether it is one."""
    if not is_interface_object(use.owner):
        return False
    use.merge.report.error(
        RULE,
        f'@override cannot be used on {use.element} in subgraph "{use.subgraph.name}": its parent '
        "is an @interfaceObject.",
        use.applied.location,
    )
    return True


def check_target(use: OverrideUse) -> bool:
    """Report what contradicts the override where it stands; return whether something does."""
    return _collides(use, use.definition, _AT_TARGET, f'subgraph "{use.subgraph.name}"')


def check_source(use: OverrideUse, definition: FieldDef) -> bool:
    """Report what prevents the field from being taken away; return whether something does."""
    where = f'its source, subgraph "{use.origin}"'
    return _collides(use, definition, _AT_SOURCE, where)


def _collides(
    use: OverrideUse, definition: FieldDef, colliding: frozenset[str], where: str
) -> bool:
    other = next((item for item in definition.directives if item.spec in colliding), None)
    if other is None:
        return False
    use.merge.report.error(
        RULE,
        f"{use.element} cannot be overridden, as it carries @{other.spec} in {where}.",
        use.applied.location,
        other.location,
    )
    return True
