"""AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE: interfaces inherit what their implementations demand."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.subgraph import Subgraph, is_interface_object
from gateway.supergraph.definitions import Applied, Kind

RULE = Rule(
    Code.AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE,
    meaning="An authorisation requirement is applied to an interface or an interface object.",
    why=(
        "An interface demands what its implementations demand; a rule of its own could be "
        "avoided through them."
    ),
    mend="Apply it to the implementations; the interface inherits it.",
)

_AUTH = frozenset({"authenticated", "requiresScopes", "policy"})


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Requirements on interfaces, on their fields, and on interface objects as such."""
    for owner in subgraph.types.values():
        if owner.kind is Kind.INTERFACE:
            yield from _errors(subgraph, f'the interface "{owner.name}"', owner.directives)
            for field in owner.fields.values():
                name = f'the interface field "{owner.name}.{field.name}"'
                yield from _errors(subgraph, name, field.directives)
        elif is_interface_object(owner):
            yield from _errors(subgraph, f'the interface object "{owner.name}"', owner.directives)


def _errors(
    subgraph: Subgraph, element: str, directives: tuple[Applied, ...]
) -> Iterator[CompositionError]:
    for applied in directives:
        if applied.spec in _AUTH:
            yield error(
                RULE,
                f'@{applied.name} cannot be applied to {element} of subgraph "{subgraph.name}".',
                applied.location,
            )
