"""REFERENCED_INACCESSIBLE: what is visible may not have a hidden type."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.accessibility import Visibility
from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.supergraph.definitions import named_type

RULE = Rule(
    Code.REFERENCED_INACCESSIBLE,
    meaning="A visible element refers to an `@inaccessible` type.",
    why="The public schema would refer to a type that it does not have.",
    mend="Hide the referring element as well, or show the type.",
)


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
            RULE,
            f'"{coordinate}" is visible, but its type "{name}" is @inaccessible.',
            *places,
            *view.places(name),
        )
