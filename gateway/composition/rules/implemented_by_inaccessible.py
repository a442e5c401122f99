"""IMPLEMENTED_BY_INACCESSIBLE: a visible interface promises what a type then hides."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.accessibility import Visibility, hidden
from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.supergraph.definitions import FieldDef, TypeDef

RULE = Rule(
    Code.IMPLEMENTED_BY_INACCESSIBLE,
    meaning="An `@inaccessible` element is demanded by a visible interface.",
    why="The public schema would break the promise of its interface.",
    mend="Hide the element of the interface as well, or show this one.",
)


def check(view: Visibility) -> Iterator[CompositionError]:
    """Every hidden field or argument that a visible interface demands."""
    for owner in view.visible_types():
        for interface in owner.interfaces:
            demanded = view.schema.types.get(interface)
            if demanded is None or view.hidden_type(interface):
                continue
            for wanted in demanded.fields.values():
                field = owner.fields.get(wanted.name)
                if field is None or hidden(wanted.directives):
                    continue
                if hidden(field.directives):
                    yield error(
                        RULE,
                        f'The field "{owner.name}.{field.name}" is @inaccessible, but it '
                        f'implements the visible field "{interface}.{wanted.name}".',
                        *view.places(owner.name, field.name),
                        *view.places(interface, wanted.name),
                    )
                else:
                    yield from _arguments(view, owner, field, interface, wanted)


def _arguments(
    view: Visibility, owner: TypeDef, field: FieldDef, interface: str, wanted: FieldDef
) -> Iterator[CompositionError]:
    for arg in wanted.args.values():
        own = field.args.get(arg.name)
        if own is not None and hidden(own.directives) and not hidden(arg.directives):
            yield error(
                RULE,
                f'The argument "{owner.name}.{field.name}({arg.name}:)" is @inaccessible, but it '
                f'implements the visible argument "{interface}.{wanted.name}({arg.name}:)".',
                *view.places(owner.name, field.name, arg.name),
                *view.places(interface, wanted.name, arg.name),
            )
