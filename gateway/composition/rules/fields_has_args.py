"""KEY_FIELDS_HAS_ARGS and PROVIDES_FIELDS_HAS_ARGS: such fields have no fixed value."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.composition.ownership import Ownership
from gateway.composition.rules.invalid_fields import has_unkeyable_field, is_sound
from gateway.composition.selections import Role, walk
from gateway.composition.subgraph import Subgraph

_CODES = {
    Role.KEY: Code.KEY_FIELDS_HAS_ARGS,
    Role.PROVIDES: Code.PROVIDES_FIELDS_HAS_ARGS,
}


def check(subgraph: Subgraph, facts: Ownership) -> Iterator[CompositionError]:
    """Every key or provides that selects a field with arguments."""
    for selection in facts.selections:
        if selection.role not in _CODES or selection.tree is None:
            continue
        if not is_sound(subgraph, selection):
            continue
        if selection.role is Role.KEY and has_unkeyable_field(subgraph, selection):
            continue
        for step in walk(subgraph.types, selection.target, selection.tree):
            field = subgraph.field(step.coordinate)
            if field is not None and field.args:
                owner, name = step.coordinate
                yield error(
                    _CODES[selection.role],
                    f'{selection.where} in subgraph "{subgraph.name}" selects "{owner}.{name}", '
                    "which takes arguments.",
                    selection.location,
                    field.location,
                )
