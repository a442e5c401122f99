"""Selections made from a schema: everything that a type offers, so that nothing goes untried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
)


@dataclass(frozen=True, slots=True)
class Everything:
    """Selects all fields of a type, to a depth; external fields belong to other subgraphs.

    `arguments` gives the text of arguments for fields that require some.
    """

    document: DocumentNode
    arguments: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, sdl: str, arguments: Mapping[str, str] | None = None) -> Everything:
        """From a subgraph's SDL."""
        return cls(parse(sdl), arguments or {})

    def select(self, name: str, depth: int) -> str:
        """A selection set in braces, or an empty text for a leaf type or at depth 0."""
        node = self._definition(name)
        if node is None or depth == 0:
            return ""
        if isinstance(node, UnionTypeDefinitionNode):
            members = [member.name.value for member in node.types or ()]
        elif isinstance(node, InterfaceTypeDefinitionNode):
            members = self._implementations(name)
        else:
            return "{ __typename " + " ".join(self._fields(node, depth)) + " }"
        parts = [f"... on {each} {self._aliased(each, depth)}" for each in members]
        return "{ __typename " + " ".join(parts) + " }"

    def object_types(self) -> set[str]:
        """The object types that an answer may hold, without roots and federation's own."""
        names = {
            node.name.value
            for node in self.document.definitions
            if isinstance(node, ObjectTypeDefinitionNode)
        }
        return {each for each in names if not each.startswith("_")} - {"Query", "Mutation"}

    def _aliased(self, name: str, depth: int) -> str:
        # Members of a union may have fields of one name and different types.
        node = self._definition(name)
        assert node is not None and not isinstance(node, UnionTypeDefinitionNode)
        fields = self._fields(node, depth)
        return (
            "{ __typename "
            + " ".join(f"{name}_{_response_key(each)}: {each}" for each in fields)
            + " }"
        )

    def _fields(
        self, node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, depth: int
    ) -> list[str]:
        made = (self._field(each, depth) for each in node.fields or ())
        return [each for each in made if each]

    def _field(self, node: FieldDefinitionNode, depth: int) -> str:
        if any(directive.name.value == "external" for directive in node.directives or ()):
            return ""
        name, target = node.name.value, _named(node.type)
        required = any(
            isinstance(each.type, NonNullTypeNode) and each.default_value is None
            for each in node.arguments or ()
        )
        arguments = self.arguments.get(name, "")
        if required and not arguments:
            return ""
        if self._definition(target) is None:
            return name + arguments
        inner = self.select(target, depth - 1)
        return f"{name}{arguments} {inner}" if inner else ""

    def _definition(
        self, name: str
    ) -> ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | UnionTypeDefinitionNode | None:
        for node in self.document.definitions:
            if (
                isinstance(
                    node,
                    ObjectTypeDefinitionNode
                    | InterfaceTypeDefinitionNode
                    | UnionTypeDefinitionNode,
                )
                and node.name.value == name
            ):
                return node
        return None

    def _implementations(self, name: str) -> list[str]:
        return [
            node.name.value
            for node in self.document.definitions
            if isinstance(node, ObjectTypeDefinitionNode)
            and any(each.name.value == name for each in node.interfaces or ())
        ]


def typenames(value: object) -> set[str]:
    """Every `__typename` in an answer."""
    if isinstance(value, dict):
        found = {value["__typename"]} if isinstance(value.get("__typename"), str) else set()
        return found.union(*(typenames(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(typenames(each) for each in value))
    return set()


def _response_key(selected: str) -> str:
    return selected.partition("(")[0].partition(" ")[0]


def _named(node: TypeNode) -> str:
    while not hasattr(node, "name"):
        node = node.type  # type: ignore[attr-defined]
    return str(node.name.value)
