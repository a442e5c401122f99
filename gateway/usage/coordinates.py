"""The schema coordinates that an operation uses.

Coordinates are written as in the GraphQL specification's schema coordinates: `Type`,
`Type.field`, `Type.field(argument:)`, `Input.field`, `Enum.VALUE`, `@directive`.
"""

from __future__ import annotations

from typing import Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    NamedTypeNode,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    visit,
)


def coordinates_of(document: DocumentNode, schema: GraphQLSchema) -> frozenset[str]:
    """Every coordinate that the operations of a valid document touch.

    What the value of a variable holds is not known here, so its type is reported as used, with all
    input types and enums that are within reach of it.
    """
    info = TypeInfo(schema)
    collector = _Collector(info, schema)
    visit(document, TypeInfoVisitor(info, collector))
    return frozenset(collector.found)


class _Collector(Visitor):
    def __init__(self, info: TypeInfo, schema: GraphQLSchema) -> None:
        super().__init__()
        self._info = info
        self._schema = schema
        self.found: set[str] = set()
        self._reached: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self._info.get_parent_type()
        if parent is None or node.name.value.startswith("__"):
            return
        self.found.add(parent.name)
        self.found.add(f"{parent.name}.{node.name.value}")
        field = self._info.get_field_def()
        if field is not None:
            self.found.add(get_named_type(field.type).name)

    def enter_named_type(self, node: NamedTypeNode, *_: Any) -> None:
        # Type conditions of fragments and the types of variables.
        self.found.add(node.name.value)
        self._reach(node.name.value)

    def _reach(self, name: str) -> None:
        """Record the input types and enums within reach of an input type."""
        names = [name]
        while names:
            definition = self._schema.type_map.get(names.pop())
            if not isinstance(definition, GraphQLInputObjectType | GraphQLEnumType):
                continue
            if definition.name in self._reached:
                continue
            self._reached.add(definition.name)
            if isinstance(definition, GraphQLInputObjectType):
                names += [get_named_type(item.type).name for item in definition.fields.values()]
        self.found |= self._reached

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        parent, field = self._info.get_parent_type(), self._info.get_field_def()
        directive = self._info.get_directive()
        if directive is not None:
            self.found.add(f"@{directive.name}({node.name.value}:)")
        elif parent is not None and field is not None:
            name = _field_name(parent, field)
            if name is not None:
                self.found.add(f"{parent.name}.{name}({node.name.value}:)")

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        self.found.add(f"@{node.name.value}")

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> None:
        parent = get_named_type(self._info.get_parent_input_type())
        if isinstance(parent, GraphQLInputObjectType):
            self.found.add(parent.name)
            self.found.add(f"{parent.name}.{node.name.value}")

    def enter_enum_value(self, node: EnumValueNode, *_: Any) -> None:
        enum = get_named_type(self._info.get_input_type())
        if isinstance(enum, GraphQLEnumType):
            self.found |= {enum.name, f"{enum.name}.{node.value}"}


def _field_name(parent: Any, field: Any) -> str | None:
    fields = getattr(parent, "fields", {})
    return next((name for name, candidate in fields.items() if candidate is field), None)
