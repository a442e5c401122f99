"""What constants mean: whether they fit a type, and whether two of them are the same value."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal, InvalidOperation

from gateway.supergraph.definitions import (
    EnumLiteral,
    Kind,
    ListOf,
    NonNull,
    NumberLiteral,
    ObjectLiteral,
    TypeDef,
    TypeRef,
    Value,
)


def fits(value: Value, ref: TypeRef, types: Mapping[str, TypeDef]) -> bool:
    """Check a constant against a type, with the coercions of the GraphQL specification.

    Like the reference, this lets pass integers of any size and input objects that lack required
    fields: existing schemas have such defaults, and the subgraph itself will complain.

    Types that are not in `types` and not built in take anything: they belong to specifications
    that check their values themselves, or their absence is reported elsewhere.
    """
    if isinstance(ref, NonNull):
        return value is not None and fits(value, ref.of, types)
    if value is None:
        return True
    if isinstance(ref, ListOf):
        if isinstance(value, tuple):
            return all(fits(item, ref.of, types) for item in value)
        return fits(value, ref.of, types)
    definition = types.get(ref.name)
    if definition is None or definition.kind is Kind.SCALAR:
        return _fits_scalar(value, ref.name)
    if definition.kind is Kind.ENUM:
        return isinstance(value, EnumLiteral) and value.name in definition.values
    if definition.kind is Kind.INPUT:
        return isinstance(value, ObjectLiteral) and _fits_object(value, definition, types)
    return True


def _fits_scalar(value: Value, name: str) -> bool:
    number = isinstance(value, int) and not isinstance(value, bool)
    match name:
        case "Int":
            return number or (isinstance(value, NumberLiteral) and value.text.lstrip("-").isdigit())
        case "Float":
            return number or isinstance(value, NumberLiteral)
        case "String":
            return isinstance(value, str)
        case "Boolean":
            return isinstance(value, bool)
        case "ID":
            return isinstance(value, str) or number
        case _:
            return True


def _fits_object(value: ObjectLiteral, definition: TypeDef, types: Mapping[str, TypeDef]) -> bool:
    return all(
        name in definition.inputs and fits(item, definition.inputs[name].type, types)
        for name, item in value.fields
    )


def meaning(value: Value) -> Hashable:
    """A key that is equal for constants of the same meaning.

    The order of an object's fields does not matter, nor whether a number is written with decimals.
    """
    match value:
        case bool() | None | str():
            return (type(value).__name__, value)
        case int():
            return ("number", Decimal(value))
        case NumberLiteral():
            return ("number", _decimal(value.text))
        case EnumLiteral():
            return ("enum", value.name)
        case ObjectLiteral():
            return ("object", arguments_meaning(dict(value.fields)))
        case tuple():
            return ("list", tuple(meaning(item) for item in value))


def arguments_meaning(args: Mapping[str, Value]) -> Hashable:
    """The same for a set of named values."""
    return frozenset((name, meaning(value)) for name, value in args.items())


def _decimal(text: str) -> Hashable:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text
