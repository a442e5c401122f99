"""REFERENCED_INACCESSIBLE: what is visible may not have a hidden type."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.accessibility import Visibility
from gateway.composition.codes import Code
from gateway.composition.diagnostics import CompositionError, error
from gateway.supergraph.definitions import named_type


def check(view: Visibility) -> Iterator[CompositionError]:
    """Every visible field, argument or input field whose type is hidden."""
    uses = [
        (f"{owner.name}.{field.name}", named_type(field.type), view.places(owner.name, field.name))
        for owner, field in view.visible_fields()
        if view.hidden_type(named_type(field.type))
    ]
    uses += [
        (use.coordinate, named_type(use.item.type), use.places)
        for use in view.visible_inputs()
        if view.hidden_type(named_type(use.item.type))
    ]
    for coordinate, name, places in uses:
        yield error(
            Code.REFERENCED_INACCESSIBLE,
            f'"{coordinate}" is visible, but its type "{name}" is @inaccessible.',
            *places,
            *view.places(name),
        )
