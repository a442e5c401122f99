"""DEFAULT_VALUE_USES_INACCESSIBLE: introspection shows defaults, so they may hide nothing."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.composition.accessibility import Visibility, hidden
from gateway.composition.codes import Code, Rule
from gateway.composition.diagnostics import CompositionError, error
from gateway.supergraph.definitions import (
    EnumLiteral,
    Kind,
    ObjectLiteral,
    TypeRef,
    Value,
    named_type,
)

RULE = Rule(
    Code.DEFAULT_VALUE_USES_INACCESSIBLE,
    meaning="The default of a visible element uses something `@inaccessible`.",
    why="Introspection shows defaults, so the hidden element would be seen.",
    mend="Change the default, or show what it uses.",
)


def check(view: Visibility) -> Iterator[CompositionError]:
    """Every visible default that uses a hidden enum value or input field."""
    for use in view.visible_inputs():
        if use.item.default is None:
            continue
        for used in _hidden_parts(view, use.item.default[0], use.item.type):
            yield error(
                RULE,
                f'"{use.coordinate}" is visible, but its default uses "{used}", which is '
                "@inaccessible.",
                *use.places,
            )


def _hidden_parts(view: Visibility, value: Value, ref: TypeRef) -> Iterator[str]:
    definition = view.schema.types.get(named_type(ref))
    if isinstance(value, tuple):
        for item in value:
            yield from _hidden_parts(view, item, ref)
    elif definition is None:
        return
    elif isinstance(value, EnumLiteral) and definition.kind is Kind.ENUM:
        entry = definition.values.get(value.name)
        if entry is not None and hidden(entry.directives):
            yield f"{definition.name}.{value.name}"
    elif isinstance(value, ObjectLiteral) and definition.kind is Kind.INPUT:
        for name, part in value.fields:
            field = definition.inputs.get(name)
            if field is None:
                continue
            if hidden(field.directives):
                yield f"{definition.name}.{name}"
            else:
                yield from _hidden_parts(view, part, field.type)
