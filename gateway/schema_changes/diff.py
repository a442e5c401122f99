"""All changes from one schema to another, by the rules of the community's inspectors.

The rules follow GraphQL Inspector's change types, so that a report reads the same as the one that
teams already know; one function for each kind of element, one `Change` for each difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_introspection_type,
    is_required_argument,
    is_required_input_field,
    is_specified_directive,
    is_specified_scalar_type,
    print_ast,
)

from gateway.schema_changes.change import Change, Severity, by_severity
from gateway.schema_changes.type_safety import is_safe_for_input, is_safe_for_output

BREAKING, DANGEROUS, SAFE = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE


def diff(old: GraphQLSchema, new: GraphQLSchema) -> list[Change]:
    """Every change that leads from `old` to `new`, the worst first, in a stable order."""
    changes = [*_roots(old, new), *_types(old, new), *_directives(old, new)]
    return sorted(changes, key=by_severity)


def _roots(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    for kind in ("query", "mutation", "subscription"):
        before, after = (getattr(schema, f"{kind}_type") for schema in (old, new))
        if before is not None and after is not None and before.name != after.name:
            yield Change(
                BREAKING,
                f"SCHEMA_{kind.upper()}_TYPE_CHANGED",
                before.name,
                f"The {kind} root type changed from {before.name} to {after.name}.",
            )


def _types(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    before, after = _declared_types(old), _declared_types(new)
    for name in before.keys() - after.keys():
        yield Change(BREAKING, "TYPE_REMOVED", name, f"Type {name} was removed.")
    for name in after.keys() - before.keys():
        yield Change(SAFE, "TYPE_ADDED", name, f"Type {name} was added.")
    for name in before.keys() & after.keys():
        yield from _type(before[name], after[name], new)


def _declared_types(schema: GraphQLSchema) -> dict[str, GraphQLNamedType]:
    return {
        name: declared
        for name, declared in schema.type_map.items()
        if not is_introspection_type(declared) and not is_specified_scalar_type(declared)
    }


def _type(old: GraphQLNamedType, new: GraphQLNamedType, schema: GraphQLSchema) -> Iterator[Change]:
    name = old.name
    if _kind(old) != _kind(new):
        yield Change(
            BREAKING,
            "TYPE_KIND_CHANGED",
            name,
            f"{name} changed from {_kind(old)} to {_kind(new)}.",
        )
        return
    yield from _description(name, "TYPE", old, new)
    if isinstance(old, GraphQLObjectType | GraphQLInterfaceType):
        assert isinstance(new, GraphQLObjectType | GraphQLInterfaceType)  # noqa: S101 - same kind
        yield from _interfaces(old, new)
        yield from _fields(old, new, schema)
    elif isinstance(old, GraphQLUnionType) and isinstance(new, GraphQLUnionType):
        yield from _members(old, new)
    elif isinstance(old, GraphQLEnumType) and isinstance(new, GraphQLEnumType):
        yield from _enum_values(old, new)
    elif isinstance(old, GraphQLInputObjectType) and isinstance(new, GraphQLInputObjectType):
        yield from _input_fields(old, new)


_Composite = GraphQLObjectType | GraphQLInterfaceType


def _interfaces(old: _Composite, new: _Composite) -> Iterator[Change]:
    before, after = ({interface.name for interface in item.interfaces} for item in (old, new))
    for name in before - after:
        yield Change(
            BREAKING,
            "OBJECT_TYPE_INTERFACE_REMOVED",
            old.name,
            f"{old.name} no longer implements {name}.",
            felt_by=(old.name, name),
        )
    for name in after - before:
        yield Change(
            DANGEROUS,
            "OBJECT_TYPE_INTERFACE_ADDED",
            old.name,
            f"{old.name} now implements {name}: a selection on {name} may meet it.",
            felt_by=(name,),
        )


def _fields(old: _Composite, new: _Composite, schema: GraphQLSchema) -> Iterator[Change]:
    for name in old.fields.keys() - new.fields.keys():
        was = "deprecated field" if old.fields[name].deprecation_reason is not None else "field"
        yield Change(
            BREAKING,
            "FIELD_REMOVED",
            f"{old.name}.{name}",
            f"The {was} {old.name}.{name} was removed.",
        )
    for name in new.fields.keys() - old.fields.keys():
        yield Change(
            SAFE, "FIELD_ADDED", f"{new.name}.{name}", f"Field {new.name}.{name} was added."
        )
    for name in old.fields.keys() & new.fields.keys():
        yield from _field(f"{old.name}.{name}", old.fields[name], new.fields[name], schema)


def _field(
    place: str, old: GraphQLField, new: GraphQLField, schema: GraphQLSchema
) -> Iterator[Change]:
    yield from _description(place, "FIELD", old, new)
    yield from _deprecation(place, "FIELD", old, new)
    if str(old.type) != str(new.type):
        safe = is_safe_for_output(old.type, new.type, schema)
        yield Change(
            SAFE if safe else BREAKING,
            "FIELD_TYPE_CHANGED",
            place,
            f"{place} changed type from {old.type} to {new.type}.",
        )
    yield from _arguments(place, old.args, new.args)


def _arguments(
    place: str, old: Mapping[str, GraphQLArgument], new: Mapping[str, GraphQLArgument]
) -> Iterator[Change]:
    for name in old.keys() - new.keys():
        yield Change(
            BREAKING,
            "FIELD_ARGUMENT_REMOVED",
            f"{place}({name}:)",
            f"Argument {name} of {place} was removed.",
        )
    for name in new.keys() - old.keys():
        required = is_required_argument(new[name])
        yield Change(
            BREAKING if required else DANGEROUS if new[name].default is not None else SAFE,
            "FIELD_ARGUMENT_ADDED",
            f"{place}({name}:)",
            f"{'Required argument' if required else 'Argument'} {name}: {new[name].type} was "
            f"added to {place}.",
            felt_by=(place,),
        )
    for name in old.keys() & new.keys():
        value_place = f"{place}({name}:)"
        yield from _input_value(value_place, "FIELD_ARGUMENT", old[name], new[name], place)


def _input_fields(old: GraphQLInputObjectType, new: GraphQLInputObjectType) -> Iterator[Change]:
    for name in old.fields.keys() - new.fields.keys():
        yield Change(
            BREAKING,
            "INPUT_FIELD_REMOVED",
            f"{old.name}.{name}",
            f"Input field {old.name}.{name} was removed.",
            felt_by=(old.name,),
        )
    for name in new.fields.keys() - old.fields.keys():
        required = is_required_input_field(new.fields[name])
        yield Change(
            BREAKING if required else SAFE,
            "INPUT_FIELD_ADDED",
            f"{new.name}.{name}",
            f"{'Required input' if required else 'Input'} field {new.name}.{name}: "
            f"{new.fields[name].type} was added.",
            felt_by=(new.name,),
        )
    for name in old.fields.keys() & new.fields.keys():
        place = f"{old.name}.{name}"
        yield from _input_value(place, "INPUT_FIELD", old.fields[name], new.fields[name], old.name)
    if not old.is_one_of and new.is_one_of:
        yield Change(BREAKING, "INPUT_ONE_OF_ADDED", old.name, f"{old.name} became @oneOf.")
    if old.is_one_of and not new.is_one_of:
        yield Change(SAFE, "INPUT_ONE_OF_REMOVED", old.name, f"{old.name} is no longer @oneOf.")


_InputValue = GraphQLArgument | GraphQLInputField


def _input_value(
    place: str, code: str, old: _InputValue, new: _InputValue, owner: str
) -> Iterator[Change]:
    """Changes of an argument or an input field of `owner`, the field or type that has it.

    An operation may leave the value out or take it from a variable, whose value leaves no trace:
    therefore the users of the owner decide.
    """
    yield from _description(place, code, old, new)
    yield from _deprecation(place, code, old, new)
    if str(old.type) != str(new.type):
        # A default makes a newly required value optional in effect.
        relaxed = new.type
        if new.default is not None and isinstance(relaxed, GraphQLNonNull):
            relaxed = relaxed.of_type
        yield Change(
            SAFE if is_safe_for_input(old.type, relaxed) else BREAKING,
            f"{code}_TYPE_CHANGED",
            place,
            f"{place} changed type from {old.type} to {new.type}.",
            felt_by=(owner,),
        )
    if _default(old) != _default(new):
        yield Change(
            DANGEROUS,
            f"{code}_DEFAULT_CHANGED",
            place,
            f"The default of {place} changed from {_default(old)} to {_default(new)}.",
            felt_by=(owner,),
        )


def _members(old: GraphQLUnionType, new: GraphQLUnionType) -> Iterator[Change]:
    before, after = ({member.name for member in union.types} for union in (old, new))
    for name in before - after:
        yield Change(
            BREAKING, "UNION_MEMBER_REMOVED", old.name, f"{name} was removed from union {old.name}."
        )
    for name in after - before:
        yield Change(
            DANGEROUS, "UNION_MEMBER_ADDED", old.name, f"{name} was added to union {old.name}."
        )


def _enum_values(old: GraphQLEnumType, new: GraphQLEnumType) -> Iterator[Change]:
    for name in old.values.keys() - new.values.keys():
        place = f"{old.name}.{name}"
        yield _enum_value(BREAKING, "ENUM_VALUE_REMOVED", place, "removed")
    for name in new.values.keys() - old.values.keys():
        place = f"{old.name}.{name}"
        yield _enum_value(DANGEROUS, "ENUM_VALUE_ADDED", place, "added")
    for name in old.values.keys() & new.values.keys():
        place = f"{old.name}.{name}"
        yield from _description(place, "ENUM_VALUE", old.values[name], new.values[name])
        yield from _deprecation(place, "ENUM_VALUE", old.values[name], new.values[name])


def _enum_value(severity: Severity, code: str, place: str, what: str) -> Change:
    # Reading a value leaves no trace in an operation: whoever reads the type may meet it.
    felt_by = (place.partition(".")[0],)
    return Change(severity, code, place, f"Enum value {place} was {what}.", felt_by)


def _directives(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    before, after = _declared_directives(old), _declared_directives(new)
    for name in before.keys() - after.keys():
        yield Change(BREAKING, "DIRECTIVE_REMOVED", f"@{name}", f"Directive @{name} was removed.")
    for name in after.keys() - before.keys():
        yield Change(SAFE, "DIRECTIVE_ADDED", f"@{name}", f"Directive @{name} was added.")
    for name in before.keys() & after.keys():
        yield from _directive(before[name], after[name])


def _declared_directives(schema: GraphQLSchema) -> dict[str, GraphQLDirective]:
    return {item.name: item for item in schema.directives if not is_specified_directive(item)}


def _directive(old: GraphQLDirective, new: GraphQLDirective) -> Iterator[Change]:
    place = f"@{old.name}"
    before, after = ({location.name for location in item.locations} for item in (old, new))
    for location in before - after:
        yield Change(
            BREAKING,
            "DIRECTIVE_LOCATION_REMOVED",
            place,
            f"{place} may no longer stand on {location}.",
        )
    for location in after - before:
        yield Change(
            SAFE, "DIRECTIVE_LOCATION_ADDED", place, f"{place} may now stand on {location}."
        )
    if old.is_repeatable and not new.is_repeatable:
        yield Change(
            BREAKING, "DIRECTIVE_REPEATABLE_REMOVED", place, f"{place} may no longer be repeated."
        )
    yield from _arguments(place, old.args, new.args)


def _description(place: str, code: str, old: Any, new: Any) -> Iterator[Change]:
    if (old.description or "") != (new.description or ""):
        yield Change(
            SAFE, f"{code}_DESCRIPTION_CHANGED", place, f"The description of {place} changed."
        )


def _deprecation(place: str, code: str, old: Any, new: Any) -> Iterator[Change]:
    before, after = old.deprecation_reason, new.deprecation_reason
    if before is None and after is not None:
        yield Change(SAFE, f"{code}_DEPRECATION_ADDED", place, f"{place} was deprecated: {after}")
    elif before is not None and after is None:
        yield Change(
            DANGEROUS, f"{code}_DEPRECATION_REMOVED", place, f"{place} is no longer deprecated."
        )
    elif before != after:
        yield Change(
            SAFE,
            f"{code}_DEPRECATION_REASON_CHANGED",
            place,
            f"The reason for deprecating {place} changed to: {after}",
        )


_KINDS: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (lambda item: isinstance(item, GraphQLObjectType), "an object type"),
    (lambda item: isinstance(item, GraphQLInterfaceType), "an interface"),
    (lambda item: isinstance(item, GraphQLUnionType), "a union"),
    (lambda item: isinstance(item, GraphQLEnumType), "an enum"),
    (lambda item: isinstance(item, GraphQLInputObjectType), "an input object"),
)


def _kind(item: GraphQLNamedType) -> str:
    return next((text for test, text in _KINDS if test(item)), "a scalar")


def _default(value: _InputValue) -> str:
    default = value.default
    if default is None:
        return "none"
    return repr(default.value) if default.literal is None else print_ast(default.literal)
