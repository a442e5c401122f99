"""Coercion of an operation's variables (GraphQL specification, section 6.1.2).

The coercion of each variable is compiled once for an operation. The result is meant to be sent on
as JSON: enum values stay names, custom scalars stay as they came, defaults are filled in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    ValueNode,
    print_ast,
    type_from_ast,
    value_from_ast_untyped,
)

from gateway.errors import ClientError, Code
from gateway.execute.wire_json import Fragment, encode

Path = tuple[str | int, ...]
Coercion = Callable[[Any, Path], Any]

_SHOWN = 80


class _MismatchError(Exception):
    """A value does not fit its type; `path` leads to it from the variable."""

    def __init__(self, value: Any, path: Path, reason: str) -> None:
        super().__init__(reason)
        self.value = value
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class VariableDefinition:
    """A declared variable. `default` is `Undefined` where there is none."""

    name: str
    type: str
    required: bool
    nullable: bool
    default: Any
    coerce: Coercion


def compile_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode
) -> tuple[VariableDefinition, ...]:
    """The variables that a validated operation declares."""
    definitions: list[VariableDefinition] = []
    compiler = _Compiler()
    for node in operation.variable_definitions or ():
        type_ = type_from_ast(schema, node.type)
        coerce = compiler.coercion(type_)  # type: ignore[arg-type]
        nullable = not isinstance(type_, GraphQLNonNull)
        default: Any = Undefined
        if node.default_value is not None:
            default = coerce(value_from_ast_untyped(node.default_value), ())
        definitions.append(
            VariableDefinition(
                name=node.variable.name.value,
                type=print_ast(node.type),
                required=not nullable and default is Undefined,
                nullable=nullable,
                default=default,
                coerce=coerce,
            )
        )
    return tuple(definitions)


def coerce_variables(
    definitions: Sequence[VariableDefinition], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Coerce the values given for declared variables; others are dropped.

    Raises `ClientError` (`BAD_USER_INPUT`) naming the variable, the place in it and the type.
    """
    result: dict[str, Any] = {}
    for definition in definitions:
        name = definition.name
        value = given.get(name, Undefined)
        if value is Undefined:
            if definition.required:
                raise _refusal(f"The variable '${name}' of type '{definition.type}' is required.")
            if definition.default is not Undefined:
                result[name] = definition.default
            continue
        if value is None:
            if not definition.nullable:
                raise _refusal(
                    f"The variable '${name}' of type '{definition.type}' must not be null."
                )
            result[name] = None
            continue
        try:
            result[name] = definition.coerce(value, ())
        except _MismatchError as mismatch:
            where = f"${name}{_print(mismatch.path)}"
            raise _refusal(
                f"The variable '${name}' got the invalid value {_show(mismatch.value)}"
                f"{f' at {where!r}' if mismatch.path else ''}: {mismatch.reason}"
            ) from None
    return result


def nesting(value: Any, limit: int) -> bool:
    """Whether containers nest within `limit` levels; iterative, so hostile input is no danger."""
    stack: list[tuple[Any, int]] = [(value, 0)]
    while stack:
        current, depth = stack.pop()
        if isinstance(current, dict):
            children: Any = current.values()
        elif isinstance(current, list):
            children = current
        else:
            continue
        if depth >= limit:
            return False
        stack.extend((child, depth + 1) for child in children if isinstance(child, dict | list))
    return True


def _refusal(message: str) -> ClientError:
    return ClientError(message, Code.BAD_USER_INPUT)


def _print(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def _show(value: Any) -> str:
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    if isinstance(value, Fragment):
        return _digits(value)[:_SHOWN]
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    text = {"True": "true", "False": "false", "None": "null"}.get(text, text)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


class _Compiler:
    """Builds coercions; input objects may refer to themselves, so they are found by name."""

    def __init__(self) -> None:
        self._objects: dict[str, Coercion] = {}

    def coercion(self, type_: GraphQLInputType) -> Coercion:
        if isinstance(type_, GraphQLNonNull):
            return _non_null(self.coercion(type_.of_type), str(type_))
        return _nullable(self._present(type_))

    def _present(self, type_: GraphQLInputType) -> Coercion:
        if isinstance(type_, GraphQLList):
            return _list(self.coercion(type_.of_type))
        if isinstance(type_, GraphQLEnumType):
            return _enum(type_)
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        return _scalar(type_)  # type: ignore[arg-type]

    def _object(self, type_: GraphQLInputObjectType) -> Coercion:
        name = type_.name
        if name not in self._objects:
            self._objects[name] = lambda value, path: compiled(value, path)
            compiled = self._compile_object(type_)
            self._objects[name] = compiled
        return self._objects[name]

    def _compile_object(self, type_: GraphQLInputObjectType) -> Coercion:
        fields: list[tuple[str, Coercion, bool, Any]] = []
        for name, field in type_.fields.items():
            coerce = self.coercion(field.type)
            default: Any = Undefined
            node = field.ast_node
            if node is not None and node.default_value is not None:
                default = _default(node.default_value, coerce)
            required = isinstance(field.type, GraphQLNonNull) and default is Undefined
            fields.append((name, coerce, required, default))
        return _input_object(type_, fields)


def _default(node: ValueNode, coerce: Coercion) -> Any:
    try:
        return coerce(value_from_ast_untyped(node), ())
    except _MismatchError:
        return Undefined  # the supergraph's own mistake: the subgraph will judge its default


def _non_null(inner: Coercion, printed: str) -> Coercion:
    def coerce(value: Any, path: Path) -> Any:
        if value is None:
            raise _MismatchError(value, path, f"expected a value of the type '{printed}'.")
        return inner(value, path)

    return coerce


def _nullable(inner: Coercion) -> Coercion:
    def coerce(value: Any, path: Path) -> Any:
        return None if value is None else inner(value, path)

    return coerce


def _list(inner: Coercion) -> Coercion:
    def coerce(value: Any, path: Path) -> Any:
        if isinstance(value, list):
            return [inner(item, (*path, index)) for index, item in enumerate(value)]
        return [inner(value, path)]

    return coerce


def _enum(type_: GraphQLEnumType) -> Coercion:
    values = frozenset(type_.values)

    def coerce(value: Any, path: Path) -> Any:
        if isinstance(value, str) and value in values:
            return value
        raise _MismatchError(value, path, f"it is not a value of the enum '{type_.name}'.")

    return coerce


def _input_object(
    type_: GraphQLInputObjectType, fields: Sequence[tuple[str, Coercion, bool, Any]]
) -> Coercion:
    known = frozenset(type_.fields)

    def coerce(value: Any, path: Path) -> Any:
        if not isinstance(value, dict):
            raise _MismatchError(value, path, f"expected an object of the type '{type_.name}'.")
        result: dict[str, Any] = {}
        for name, inner, required, default in fields:
            if name in value:
                result[name] = inner(value[name], (*path, name))
            elif required:
                raise _MismatchError(
                    value, path, f"the field '{name}' of '{type_.name}' is required."
                )
            elif default is not Undefined:
                result[name] = default
        for name in value:
            if name not in known:
                raise _MismatchError(
                    value, path, f"the type '{type_.name}' has no field '{name[:_SHOWN]}'."
                )
        if type_.is_one_of and (len(value) != 1 or None in value.values()):
            raise _MismatchError(
                value, path, f"exactly one field of '{type_.name}' must be given, and not null."
            )
        return result

    return coerce


def _scalar(type_: GraphQLScalarType) -> Coercion:
    return _BUILT_IN.get(type_.name, _any)


def _any(value: Any, _path: Path) -> Any:
    return value


def _int(value: Any, path: Path) -> Any:
    # 1.0 is an integer in JSON, and some clients have no other numbers.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _MismatchError(value, path, "it is not an 'Int'.")
    if not -(2**31) <= value < 2**31:
        raise _MismatchError(value, path, "'Int' has 32 bits.")
    return value


def _float(value: Any, path: Path) -> Any:
    if isinstance(value, Fragment):  # more digits than a float holds
        value = float(_digits(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _MismatchError(value, path, "it is not a 'Float'.")
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        raise _MismatchError(value, path, "it is not a finite 'Float'.")
    return value


def _digits(value: Fragment) -> str:
    return encode(value).decode()


def _string(value: Any, path: Path) -> Any:
    if not isinstance(value, str):
        raise _MismatchError(value, path, "it is not a 'String'.")
    return value


def _boolean(value: Any, path: Path) -> Any:
    if not isinstance(value, bool):
        raise _MismatchError(value, path, "it is not a 'Boolean'.")
    return value


def _id(value: Any, path: Path) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Fragment) and (digits := _digits(value)).lstrip("-").isdigit():
        return digits
    raise _MismatchError(value, path, "it is not an 'ID'.")


_BUILT_IN: Mapping[str, Coercion] = {
    "Int": _int,
    "Float": _float,
    "String": _string,
    "Boolean": _boolean,
    "ID": _id,
}
