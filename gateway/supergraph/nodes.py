"""The document of a schema, made without writing its text and parsing it again.

What `write_schema` prints and what stands here are the same document: parsing the one gives the
other, which the tests hold for every supergraph of the corpus. Names occur by the thousand, so one
node serves for all occurrences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    ConstDirectiveNode,
    ConstValueNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueDefinitionNode,
    EnumValueNode,
    FieldDefinitionNode,
    FloatValueNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    IntValueNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    NullValueNode,
    ObjectFieldNode,
    ObjectTypeDefinitionNode,
    ObjectValueNode,
    OperationType,
    OperationTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    StringValueNode,
    TypeNode,
    UnionTypeDefinitionNode,
)
from graphql.language.block_string import is_printable_as_block_string

from gateway.supergraph.definitions import (
    ROOT_NAMES,
    Applied,
    DirectiveDef,
    EnumLiteral,
    FieldDef,
    InputDef,
    Kind,
    ListOf,
    Named,
    NonNull,
    NumberLiteral,
    ObjectLiteral,
    SchemaDef,
    TypeDef,
    TypeRef,
    Value,
)


def schema_document(schema: SchemaDef) -> DocumentNode:
    """The document that `write_schema` prints, with its definitions in the same order."""
    return _Builder().document(schema)


class _Builder:
    def __init__(self) -> None:
        self._names: dict[str, NameNode] = {}
        self._named_types: dict[str, NamedTypeNode] = {}

    def document(self, schema: SchemaDef) -> DocumentNode:
        definitions: list[DefinitionNode] = []
        plain = all(schema.roots.get(op, name) == name for op, name in ROOT_NAMES.items())
        if not plain or schema.applied or schema.description is not None:
            definitions.append(self._schema(schema))
        definitions += [self._directive(schema.directives[n]) for n in sorted(schema.directives)]
        definitions += [self._type(schema.types[name]) for name in sorted(schema.types)]
        return DocumentNode(definitions=tuple(definitions))

    # --- definitions ------------------------------------------------------------------------------

    def _schema(self, schema: SchemaDef) -> SchemaDefinitionNode:
        return SchemaDefinitionNode(
            description=_description(schema.description),
            directives=self._applied(schema.applied),
            operation_types=tuple(
                OperationTypeDefinitionNode(
                    operation=OperationType(operation), type=self._named(schema.roots[operation])
                )
                for operation in ROOT_NAMES
                if operation in schema.roots
            ),
        )

    def _directive(self, definition: DirectiveDef) -> DirectiveDefinitionNode:
        return DirectiveDefinitionNode(
            name=self._name(definition.name),
            description=_description(definition.description),
            arguments=self._inputs(definition.args),
            repeatable=definition.repeatable,
            locations=tuple(self._name(place) for place in definition.places),
        )

    def _type(self, definition: TypeDef) -> DefinitionNode:
        common: dict[str, Any] = {
            "name": self._name(definition.name),
            "description": _description(definition.description),
            "directives": self._applied(definition.directives),
        }
        match definition.kind:
            case Kind.SCALAR:
                return ScalarTypeDefinitionNode(**common)
            case Kind.UNION:
                return UnionTypeDefinitionNode(**common, types=self._references(definition.members))
            case Kind.ENUM:
                values = tuple(
                    EnumValueDefinitionNode(
                        name=self._name(value.name),
                        description=_description(value.description),
                        directives=self._applied(value.directives),
                    )
                    for value in definition.values.values()
                )
                return EnumTypeDefinitionNode(**common, values=values or None)
            case Kind.INPUT:
                return InputObjectTypeDefinitionNode(
                    **common, fields=self._inputs(definition.inputs)
                )
            case Kind.OBJECT | Kind.INTERFACE:
                common["interfaces"] = self._references(definition.interfaces)
                common["fields"] = tuple(map(self._field, definition.fields.values())) or None
                if definition.kind is Kind.OBJECT:
                    return ObjectTypeDefinitionNode(**common)
                return InterfaceTypeDefinitionNode(**common)

    def _field(self, definition: FieldDef) -> FieldDefinitionNode:
        return FieldDefinitionNode(
            name=self._name(definition.name),
            description=_description(definition.description),
            arguments=self._inputs(definition.args),
            type=self._reference(definition.type),
            directives=self._applied(definition.directives),
        )

    def _inputs(
        self, inputs: Mapping[str, InputDef]
    ) -> tuple[InputValueDefinitionNode, ...] | None:
        if not inputs:
            return None
        return tuple(
            InputValueDefinitionNode(
                name=self._name(item.name),
                description=_description(item.description),
                type=self._reference(item.type),
                default_value=None if item.default is None else self._value(item.default[0]),
                directives=self._applied(item.directives),
            )
            for item in inputs.values()
        )

    # --- references, directives and values --------------------------------------------------------

    def _name(self, text: str) -> NameNode:
        found = self._names.get(text)
        if found is None:
            found = self._names[text] = NameNode(value=text)
        return found

    def _named(self, name: str) -> NamedTypeNode:
        found = self._named_types.get(name)
        if found is None:
            found = self._named_types[name] = NamedTypeNode(name=self._name(name))
        return found

    def _references(self, names: Iterable[str]) -> tuple[NamedTypeNode, ...] | None:
        return tuple(map(self._named, names)) or None

    def _reference(self, reference: TypeRef) -> TypeNode:
        match reference:
            case Named():
                return self._named(reference.name)
            case ListOf():
                return ListTypeNode(type=self._reference(reference.of))
            case NonNull():
                inner = reference.of
                if isinstance(inner, Named):
                    return NonNullTypeNode(type=self._named(inner.name))
                return NonNullTypeNode(type=ListTypeNode(type=self._reference(inner.of)))

    def _applied(self, directives: Iterable[Applied]) -> tuple[ConstDirectiveNode, ...] | None:
        nodes = tuple(
            DirectiveNode(
                name=self._name(applied.name),
                arguments=tuple(
                    ArgumentNode(name=self._name(name), value=self._value(value))
                    for name, value in applied.args.items()
                )
                or None,
            )
            for applied in directives
        )
        # The parser makes no classes of their own for constants either, it only types them so.
        return cast(tuple[ConstDirectiveNode, ...], nodes) or None

    def _value(self, value: Value) -> ConstValueNode:
        match value:
            case None:
                return NullValueNode()
            case bool():
                return BooleanValueNode(value=value)
            case int():
                return IntValueNode(value=str(value))
            case str():
                return StringValueNode(value=value, block=False)
            case EnumLiteral():
                return EnumValueNode(value=value.name)
            case NumberLiteral():
                whole = value.text.removeprefix("-").isdecimal()
                return (IntValueNode if whole else FloatValueNode)(value=value.text)
            case ObjectLiteral():
                fields = tuple(
                    ObjectFieldNode(name=self._name(name), value=self._value(item))
                    for name, item in value.fields
                )
                return cast(ConstValueNode, ObjectValueNode(fields=fields))
            case tuple():
                items = tuple(map(self._value, value))
                return cast(ConstValueNode, ListValueNode(values=items))


def _description(text: str | None) -> StringValueNode | None:
    if text is None:
        return None
    return StringValueNode(value=text, block=is_printable_as_block_string(text))
