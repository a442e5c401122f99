"""Reads the schemas that `c2c schema` is given: supergraphs, subgraphs and plain schemas.

A supergraph gives its public schema. Of a subgraph its own types count: extensions of what another
subgraph defines are taken for definitions, and the directives of federation are left aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    Visitor,
    build_ast_schema,
    parse,
    specified_directives,
    visit,
)
from graphql.language import ast

from gateway.composition.specs import FEDERATION_1_DIRECTIVES
from gateway.errors import GatewayError
from gateway.supergraph.public import public_schema
from gateway.supergraph.read import read_supergraph

_MOST_TOKENS: Final = 2_000_000
_FEDERATION: Final = "specs.apollo.dev/federation/"
_BUILT_IN: Final = frozenset(directive.name for directive in specified_directives) | {"oneOf"}


class UnusableSchemaError(Exception):
    """A file holds no schema that could be used; the text says which and why."""


@dataclass(frozen=True)
class SchemaText:
    """A schema with the text that it comes from."""

    schema: GraphQLSchema
    _text: str = field(repr=False)

    @cached_property
    def lines(self) -> Mapping[str, int]:
        """Schema coordinate -> the line in which the file declares it."""
        document = parse(self._text, max_tokens=_MOST_TOKENS)
        found: dict[str, int] = {}
        for node in document.definitions:
            for coordinate, element in _elements(node):
                if element.loc is not None:
                    found.setdefault(coordinate, _line_of(element))
        return found


def read_schema(path: Path) -> SchemaText:
    """Read a schema of any kind.

    Raises:
        UnusableSchemaError: the file is no schema, or not a valid one.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        if "join__Graph" in text:
            return SchemaText(public_schema(read_supergraph(text)), text)
        document = parse(text, max_tokens=_MOST_TOKENS)
    except (GraphQLError, GatewayError) as error:
        raise UnusableSchemaError(f"{path} is not a usable schema: {error.message}") from error
    if _is_subgraph(document):
        document = _own_types(document)
    try:
        return SchemaText(build_ast_schema(document), text)
    except (GraphQLError, TypeError) as error:  # So it reports what breaks the rules for SDL.
        message = " ".join(str(error).split())
        raise UnusableSchemaError(f"{path} is not a usable schema: {message}") from error


def _is_subgraph(document: DocumentNode) -> bool:
    """Whether a schema links federation, or uses its directives without defining them."""
    defined = {n.name.value for n in document.definitions if isinstance(n, DirectiveDefinitionNode)}
    implicit = frozenset(FEDERATION_1_DIRECTIVES) - defined - _BUILT_IN
    for node in _nodes(document):
        if not isinstance(node, DirectiveNode):
            continue
        if node.name.value in implicit:
            return True
        if any(_FEDERATION in getattr(each.value, "value", "") for each in node.arguments or ()):
            return True
    return False


def _nodes(root: Node) -> Iterator[Node]:
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        yield node
        for key in node.keys:
            child = getattr(node, key, None)
            if isinstance(child, Node):
                waiting.append(child)
            elif isinstance(child, list | tuple):
                waiting += [each for each in child if isinstance(each, Node)]


def _own_types(document: DocumentNode) -> DocumentNode:
    defined = {n.name.value for n in document.definitions if isinstance(n, TypeDefinitionNode)}
    own: list[DefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, TypeExtensionNode) and node.name.value not in defined:
            defined.add(node.name.value)
            own.append(_as_definition(node))
        elif not (isinstance(node, SchemaExtensionNode) and not node.operation_types):
            own.append(node)
    directives = {n.name.value for n in own if isinstance(n, DirectiveDefinitionNode)}
    kept = _Kept(_BUILT_IN | directives)
    changed: DocumentNode = visit(DocumentNode(definitions=tuple(own), loc=document.loc), kept)
    return changed


def _as_definition(node: TypeExtensionNode) -> DefinitionNode:
    name = type(node).__name__.replace("Extension", "Definition")
    values: dict[str, Any] = {key: getattr(node, key, None) for key in node.keys}
    definition: DefinitionNode = getattr(ast, name)(**values)
    return definition


class _Kept(Visitor):
    """Removes the directives that a subgraph neither defines nor has by the specification."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self._names = names

    def enter_directive(self, node: DirectiveNode, *_: object) -> Any:
        """Remove it, if it is of another specification."""
        return None if node.name.value in self._names else self.REMOVE


def _elements(node: DefinitionNode) -> Iterator[tuple[str, Node]]:
    """The coordinates of a type or directive and of its members."""
    if isinstance(node, DirectiveDefinitionNode):
        yield f"@{node.name.value}", node
        for argument in node.arguments or ():
            yield f"@{node.name.value}({argument.name.value}:)", argument
        return
    if not isinstance(node, TypeDefinitionNode | TypeExtensionNode):
        return
    owner = node.name.value
    yield owner, node
    for member in getattr(node, "fields", None) or getattr(node, "values", None) or ():
        coordinate = f"{owner}.{member.name.value}"
        yield coordinate, member
        for argument in getattr(member, "arguments", None) or ():
            yield f"{coordinate}({argument.name.value}:)", argument


def _line_of(node: Node) -> int:
    """The line of an element itself, below its description."""
    name = getattr(node, "name", None)
    place = (name if name is not None and name.loc is not None else node).loc
    return place.start_token.line if place is not None else 0
