"""From graphql-core's syntax tree to our definitions.

A `Reader` carries what conversion needs to know about the schema: where it comes from, what its
directives are called in their specifications, and how its root types are renamed. It folds
repeated declarations and extensions of one type together and notes every clash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from graphql.language import ast

from gateway.composition.diagnostics import Violation
from gateway.supergraph.definitions import (
    Applied,
    DirectiveDef,
    EnumLiteral,
    EnumValueDef,
    FieldDef,
    InputDef,
    Kind,
    ListOf,
    Location,
    Named,
    NonNull,
    NumberLiteral,
    ObjectLiteral,
    TypeDef,
    TypeRef,
    Value,
)

_KINDS: Final[Mapping[str, Kind]] = {
    "scalar_type_definition": Kind.SCALAR,
    "object_type_definition": Kind.OBJECT,
    "interface_type_definition": Kind.INTERFACE,
    "union_type_definition": Kind.UNION,
    "enum_type_definition": Kind.ENUM,
    "input_object_type_definition": Kind.INPUT,
    "scalar_type_extension": Kind.SCALAR,
    "object_type_extension": Kind.OBJECT,
    "interface_type_extension": Kind.INTERFACE,
    "union_type_extension": Kind.UNION,
    "enum_type_extension": Kind.ENUM,
    "input_object_type_extension": Kind.INPUT,
}
_BLOCK_DIRECTIVES: Final = frozenset({"shareable", "external"})
_SMALL_INT_DIGITS: Final = 18


class NestingError(Exception):
    """A list type or a constant is nested beyond the limit."""


@dataclass(slots=True)
class Reader:
    """Converts the parts of one document; `clashes` collects what clashes."""

    subgraph: str
    file: str | None
    nesting: int
    canonical: Callable[[str], str | None] = lambda name: None
    renamed: Mapping[str, str] = field(default_factory=dict)
    clashes: list[Violation] = field(default_factory=list)

    def at(self, node: ast.Node) -> Location | None:
        """Where a node begins."""
        if node.loc is None:
            return None
        token = node.loc.start_token
        return Location(self.subgraph, self.file, token.line, token.column)

    def clash(self, message: str, *places: Location | None) -> None:
        """Note that the document is not valid GraphQL."""
        self.clashes.append(Violation(message, places))

    # --- leaves -------------------------------------------------------------------------------

    def type_ref(self, node: ast.TypeNode) -> TypeRef:
        """Convert a type reference."""
        wrappers: list[type[ListOf] | type[NonNull]] = []
        while not isinstance(node, ast.NamedTypeNode):
            if len(wrappers) > 2 * self.nesting:
                raise NestingError
            wrappers.append(NonNull if isinstance(node, ast.NonNullTypeNode) else ListOf)
            node = node.type  # type: ignore[attr-defined]
        name = node.name.value
        result: TypeRef = Named(self.renamed.get(name, name))
        for wrapper in reversed(wrappers):
            result = wrapper(result)  # type: ignore[arg-type]
        return result

    def value(self, node: ast.ValueNode, depth: int = 0) -> Value:
        """Convert a constant."""
        if depth > self.nesting:
            raise NestingError
        match node:
            case ast.IntValueNode():
                text = node.value
                return int(text) if len(text) <= _SMALL_INT_DIGITS else NumberLiteral(text)
            case ast.FloatValueNode():
                return NumberLiteral(node.value)
            case ast.StringValueNode() | ast.BooleanValueNode():
                return node.value
            case ast.EnumValueNode():
                return EnumLiteral(node.value)
            case ast.ListValueNode():
                return tuple(self.value(item, depth + 1) for item in node.values)
            case ast.ObjectValueNode():
                fields = [
                    (item.name.value, self.value(item.value, depth + 1)) for item in node.fields
                ]
                if len({name for name, _ in fields}) < len(fields):
                    self.clash("An input object gives one of its fields twice.", self.at(node))
                return ObjectLiteral(tuple(fields))
            case _:
                return None

    def applied(
        self, nodes: Iterable[ast.DirectiveNode] | None, *, extension: bool = False
    ) -> tuple[Applied, ...]:
        """Convert applied directives."""
        if not nodes:
            return ()
        return tuple(self._applied(node, extension) for node in nodes)

    def _applied(self, node: ast.DirectiveNode, extension: bool) -> Applied:
        name = node.name.value
        args: dict[str, Value] = {}
        for argument in node.arguments or ():
            if argument.name.value in args:
                message = f'@{name} is given its argument "{argument.name.value}" twice.'
                self.clash(message, self.at(argument))
            args[argument.name.value] = self.value(argument.value)
        return Applied(name, args, self.canonical(name), self.at(node), extension)

    # --- members ------------------------------------------------------------------------------

    def input(self, node: ast.InputValueDefinitionNode) -> InputDef:
        """Convert an argument or input field."""
        return InputDef(
            node.name.value,
            self.type_ref(node.type),
            None if node.default_value is None else (self.value(node.default_value),),
            self.applied(node.directives),
            _text(node.description),
            self.at(node),
        )

    def inputs(
        self, nodes: Sequence[ast.InputValueDefinitionNode] | None, owner: str
    ) -> dict[str, InputDef]:
        """Convert arguments or input fields, which have to have different names."""
        return self.unique((self.input(node) for node in nodes or ()), owner)

    def unique(self, items: Iterable[Any], owner: str) -> dict[str, Any]:
        """Index elements by name, noting those that repeat one."""
        result: dict[str, Any] = {}
        for item in items:
            if item.name in result:
                message = f'"{owner}" has more than one "{item.name}".'
                self.clash(message, result[item.name].location, item.location)
            else:
                result[item.name] = item
        return result

    def _field(
        self, node: ast.FieldDefinitionNode, owner: str, extension: bool, block: Sequence[Applied]
    ) -> FieldDef:
        name = node.name.value
        own = self.applied(node.directives)
        present = {item.spec for item in own}
        return FieldDef(
            name,
            self.type_ref(node.type),
            self.inputs(node.arguments, f"{owner}.{name}"),
            own + tuple(item for item in block if item.spec not in present),
            _text(node.description),
            self.at(node),
            extension,
        )

    def _enum_value(self, node: ast.EnumValueDefinitionNode) -> EnumValueDef:
        return EnumValueDef(
            node.name.value,
            self.applied(node.directives),
            _text(node.description),
            self.at(node),
        )

    def _names(
        self, nodes: Sequence[ast.NamedTypeNode] | None, owner: str
    ) -> dict[str, Location | None]:
        named = ((node.name.value, self.at(node)) for node in nodes or ())
        return self._once(((self.renamed.get(name, name), at) for name, at in named), owner)

    def _once(
        self, items: Iterable[tuple[str, Location | None]], owner: str
    ) -> dict[str, Location | None]:
        """Index names by place, noting those that are given more than once."""
        result: dict[str, Location | None] = {}
        for name, at in items:
            if name in result:
                self.clash(f'"{owner}" names "{name}" more than once.', result[name], at)
            result.setdefault(name, at)
        return result

    # --- types --------------------------------------------------------------------------------

    def types(self, document: ast.DocumentNode) -> dict[str, TypeDef]:
        """Convert all types of a document, with their extensions folded in."""
        parts: dict[str, list[TypeDef]] = {}
        for node in document.definitions:
            if isinstance(node, (ast.TypeDefinitionNode, ast.TypeExtensionNode)):
                part = self._part(node)
                parts.setdefault(part.name, []).append(part)
        return {name: self._fold(found) for name, found in parts.items()}

    def _part(self, node: Any) -> TypeDef:
        kind = _KINDS[node.kind]
        extension = isinstance(node, ast.TypeExtensionNode)
        name = self.renamed.get(node.name.value, node.name.value)
        directives = self.applied(node.directives, extension=extension)
        extends = extension or any(item.spec == "extends" for item in directives)
        block: list[Applied] = []
        if kind is Kind.OBJECT:
            block = [replace(i, inherited=True) for i in directives if i.spec in _BLOCK_DIRECTIVES]
        fields: dict[str, FieldDef] = {}
        if kind in (Kind.OBJECT, Kind.INTERFACE):
            fields = self.unique(
                (self._field(item, name, extends, block) for item in node.fields or ()), name
            )
        return TypeDef(
            kind,
            name,
            None if extension else _text(node.description),
            directives,
            self._names(getattr(node, "interfaces", None), name),
            fields,
            self.inputs(node.fields, name) if kind is Kind.INPUT else {},
            self._names(getattr(node, "types", None), name),
            self.unique((self._enum_value(item) for item in node.values or ()), name)
            if kind is Kind.ENUM
            else {},
            tuple(place for place in [self.at(node)] if place is not None),
            not extends,
            extends,
        )

    def _fold(self, parts: list[TypeDef]) -> TypeDef:
        if len(parts) == 1:
            return parts[0]
        # The definition comes first, wherever the document has it, so that its order leads.
        parts = sorted(parts, key=lambda part: not part.defined)
        first = parts[0]
        for part in parts[1:]:
            if part.kind is not first.kind:
                message = f'"{first.name}" is declared both as {first.kind} and as {part.kind}.'
                self.clash(message, first.location, part.location)
            elif part.defined and first.defined:
                message = f'"{first.name}" is defined more than once.'
                self.clash(message, first.location, part.location)
        parts = [part for part in parts if part.kind is first.kind]

        def members(attribute: str) -> dict[str, Any]:
            return self.unique(
                (item for part in parts for item in getattr(part, attribute).values()), first.name
            )

        return TypeDef(
            first.kind,
            first.name,
            next((part.description for part in parts if part.description is not None), None),
            tuple(item for part in parts for item in part.directives),
            self._once((i for part in parts for i in part.interfaces.items()), first.name),
            members("fields"),
            members("inputs"),
            self._once((m for part in parts for m in part.members.items()), first.name),
            members("values"),
            tuple(place for part in parts for place in part.locations),
            any(part.defined for part in parts),
            any(part.extended for part in parts),
        )

    # --- directive definitions ----------------------------------------------------------------

    def directives(self, document: ast.DocumentNode) -> dict[str, DirectiveDef]:
        """Convert all directive definitions of a document."""
        return self.unique(
            (
                self._directive(node)
                for node in document.definitions
                if isinstance(node, ast.DirectiveDefinitionNode)
            ),
            "The schema",
        )

    def _directive(self, node: ast.DirectiveDefinitionNode) -> DirectiveDef:
        name = node.name.value
        return DirectiveDef(
            name,
            self.inputs(node.arguments, f"@{name}"),
            node.repeatable,
            tuple(place.value for place in node.locations),
            _text(node.description),
            self.at(node),
        )


def _text(node: ast.StringValueNode | None) -> str | None:
    return None if node is None else node.value
