"""REQUIRED_INACCESSIBLE: nobody could give a value that is hidden."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.accessibility import Visibility, hidden
from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error

RULE = Rule(
    Code.REQUIRED_INACCESSIBLE,
    meaning="A required argument or input field is `@inaccessible`, so nobody could give it.",
    why="Nobody could give a value that is demanded but not in the public schema.",
    mend="Give it a default, or make it optional, or show it.",
)


def check(view: Visibility) -> Iterator[CompositionError]:
    """Every hidden argument or input field that is required where it belongs."""
    for owner, field in view.visible_fields():
        for arg in field.args.values():
            if hidden(arg.directives) and arg.required:
                yield error(
                    RULE,
                    f'The argument "{owner.name}.{field.name}({arg.name}:)" is @inaccessible, but '
                    "it is required by a visible field.",
                    *view.places(owner.name, field.name, arg.name),
                )
    for owner in view.visible_types():
        for item in owner.inputs.values():
            if hidden(item.directives) and item.required:
                yield error(
                    RULE,
                    f'The input field "{owner.name}.{item.name}" is @inaccessible, but it is '
                    "required by a visible input type.",
                    *view.places(owner.name, item.name),
                )
