"""The API schema: what clients see of a supergraph.

Elements marked `@inaccessible` and everything that refers to a hidden type go, then all elements of
linked features. `@deprecated`, `@specifiedBy` and `@oneOf` stay, and so do executable directives
that the subgraphs agreed on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    GraphQLDeferDirective,
    GraphQLError,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
    validate_schema,
)

from gateway.supergraph.features import INACCESSIBLE, Features, unusable
from gateway.supergraph.model import Supergraph

_KEPT = frozenset({"deprecated", "specifiedBy", "oneOf"})
_BUILT_IN = frozenset({"include", "skip", "defer", "stream", *_KEPT})

_Node = TypeVar("_Node")


def public_schema(supergraph: Supergraph) -> GraphQLSchema:
    """The schema that client operations are validated against, `@defer` included.

    Raises:
        InternalError: what remains of the supergraph is not a valid schema.
    """
    view = _View(supergraph)
    definitions = [
        kept for node in supergraph.document.definitions if (kept := view.definition(node))
    ]
    try:
        schema = build_ast_schema(DocumentNode(definitions=tuple(definitions)), assume_valid=True)
        keywords = schema.to_kwargs()
        keywords["assume_valid"] = False
        # Whether an implementation may be deprecated alone is younger than many supergraphs.
        errors = [
            error
            for error in validate_schema(GraphQLSchema(**keywords))
            if "deprecated" not in error.message
        ]
    except (GraphQLError, TypeError, RecursionError) as error:
        raise unusable(f"The supergraph has no valid public schema: {error}") from None
    if errors:
        raise unusable(f"The supergraph has no valid public schema: {errors[0].message}")
    keywords["directives"] = (*schema.directives, GraphQLDeferDirective)
    keywords["assume_valid"] = True
    return GraphQLSchema(**keywords)


class _View:
    """Which parts of the document a client may see."""

    def __init__(self, supergraph: Supergraph) -> None:
        self.features = Features(supergraph.features)
        self.inaccessible = self.features.local(INACCESSIBLE, "inaccessible")
        self.hidden = {name for name, each in supergraph.types.items() if each.inaccessible}

    def definition(self, node: DefinitionNode) -> DefinitionNode | None:
        """What remains of a top-level definition; None if nothing does."""
        if isinstance(node, SchemaDefinitionNode):
            kept = tuple(
                each for each in node.operation_types if each.type.name.value not in self.hidden
            )
            return SchemaDefinitionNode(
                description=node.description, directives=(), operation_types=kept
            )
        if isinstance(node, DirectiveDefinitionNode):
            name = node.name.value
            if name in _BUILT_IN or self.features.owns(name, directive=True):
                return None
            return node
        if isinstance(node, TypeDefinitionNode):
            name = node.name.value
            if name in self.hidden or self.features.owns(name, directive=False):
                return None
            return self._type(node)
        return None

    def _type(self, node: TypeDefinitionNode) -> TypeDefinitionNode:
        common: dict[str, Any] = {
            "name": node.name,
            "description": node.description,
            "directives": self._directives(node.directives),
        }
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            return type(node)(
                **common,
                interfaces=self._visible_names(node.interfaces),
                fields=tuple(
                    _copy(
                        each,
                        directives=self._directives(each.directives),
                        arguments=self._inputs(each.arguments),
                    )
                    for each in self._visible(node.fields)
                ),
            )
        if isinstance(node, UnionTypeDefinitionNode):
            return UnionTypeDefinitionNode(**common, types=self._visible_names(node.types))
        if isinstance(node, EnumTypeDefinitionNode):
            return EnumTypeDefinitionNode(
                **common,
                values=tuple(
                    _copy(each, directives=self._directives(each.directives))
                    for each in node.values or ()
                    if not self._marked(each.directives)
                ),
            )
        if isinstance(node, InputObjectTypeDefinitionNode):
            return InputObjectTypeDefinitionNode(**common, fields=self._inputs(node.fields))
        return ScalarTypeDefinitionNode(**common)

    def _inputs(self, nodes: Iterable[Any] | None) -> tuple[Any, ...]:
        return tuple(
            _copy(each, directives=self._directives(each.directives))
            for each in self._visible(nodes)
        )

    def _visible(self, nodes: Iterable[Any] | None) -> list[Any]:
        return [
            each
            for each in nodes or ()
            if not self._marked(each.directives) and _named_type(each.type) not in self.hidden
        ]

    def _visible_names(self, nodes: Iterable[NamedTypeNode] | None) -> tuple[NamedTypeNode, ...]:
        return tuple(each for each in nodes or () if each.name.value not in self.hidden)

    def _marked(self, directives: Iterable[DirectiveNode] | None) -> bool:
        return any(each.name.value == self.inaccessible for each in directives or ())

    def _directives(self, directives: Iterable[DirectiveNode] | None) -> tuple[Any, ...]:
        return tuple(each for each in directives or () if each.name.value in _KEPT)


def _named_type(node: TypeNode) -> str:
    while isinstance(node, NonNullTypeNode | ListTypeNode):
        node = node.type
    return node.name.value if isinstance(node, NamedTypeNode) else ""


def _copy(node: _Node, **changes: Any) -> _Node:
    keys: tuple[str, ...] = node.keys  # type: ignore[attr-defined]
    values = {key: getattr(node, key) for key in keys if key != "loc"}
    return type(node)(**(values | changes))
