"""Supergraph SDL in, `Supergraph` out: the join directives of versions 0.1 to 0.5.

The reader is strict about what the planner relies on (types exist, field sets name fields that
exist, subgraphs are declared) and lenient about the rest: unknown optional arguments, an override
of an absent subgraph and unknown directives are let through.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLError,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
)

from gateway.supergraph.arguments import argument_values, named, string
from gateway.supergraph.connectors import has_connectors
from gateway.supergraph.features import (
    CONTEXT,
    INACCESSIBLE,
    JOIN,
    Features,
    read_features,
    unusable,
)
from gateway.supergraph.joins import Directives, Joins, read_graphs, type_reference
from gateway.supergraph.model import (
    Argument,
    EnumValue,
    Field,
    JoinType,
    Kind,
    Supergraph,
    TypeDefinition,
)
from gateway.supergraph.verify import BUILT_IN_SCALARS, possible_types, verify

_KINDS: dict[type[TypeDefinitionNode], Kind] = {
    ScalarTypeDefinitionNode: Kind.SCALAR,
    ObjectTypeDefinitionNode: Kind.OBJECT,
    InterfaceTypeDefinitionNode: Kind.INTERFACE,
    UnionTypeDefinitionNode: Kind.UNION,
    EnumTypeDefinitionNode: Kind.ENUM,
    InputObjectTypeDefinitionNode: Kind.INPUT,
}


def read_supergraph(sdl: str) -> Supergraph:
    """Read a supergraph document.

    Raises:
        InternalError: with code `INVALID_FEDERATION_SUPERGRAPH` for every text that cannot be
            served, whatever is wrong with it.
    """
    try:
        document = parse(sdl, no_location=True)
    except GraphQLError as error:
        raise unusable(f"The supergraph does not parse: {error.message}") from None
    except (RecursionError, UnicodeError):
        raise unusable("The supergraph does not parse: it is nested too deeply.") from None
    return read_document(document)


def read_document(document: DocumentNode) -> Supergraph:
    """Read a supergraph document that is parsed already.

    Raises:
        InternalError: with code `INVALID_FEDERATION_SUPERGRAPH` if it cannot be served.
    """
    try:
        return _Reader(document, read_features(document)).read()
    except RecursionError:
        raise unusable("The supergraph is nested too deeply.") from None


class _Reader:
    """The state of one reading: the document, its subgraphs, and names of directives."""

    def __init__(self, document: DocumentNode, features: Features) -> None:
        self.document = document
        self.features = features
        self.nodes = [node for node in document.definitions if isinstance(node, TypeDefinitionNode)]
        self.graphs = read_graphs(self.nodes, features)
        self.joins = Joins(features, self.graphs)
        self.directive = features.local(JOIN, "directive")
        self.hidden = features.local(INACCESSIBLE, "inaccessible")
        self.context = features.local(CONTEXT, "context")

    def read(self) -> Supergraph:
        if has_connectors(self.document, self.directive):
            raise unusable(
                "The supergraph has connectors (@connect), which this gateway does not execute."
            )
        types: dict[str, TypeDefinition] = {}
        for node in self.nodes:
            name = node.name.value
            if self.features.owns(name, directive=False):
                continue
            if name in types:
                raise unusable(f"The supergraph defines {name} more than once.")
            types[name] = self._type(node)
        for name in BUILT_IN_SCALARS:
            types.setdefault(name, TypeDefinition(name, Kind.SCALAR))
        roots = self._roots(types)
        if roots["query"] is None:
            raise unusable("The supergraph has no query root type.")
        supergraph = Supergraph(
            graphs=self.graphs,
            types=types,
            possible_types=possible_types(types),
            query=roots["query"],
            mutation=roots["mutation"],
            subscription=roots["subscription"],
            features=self.features.all,
            document=self.document,
        )
        verify(supergraph)
        return supergraph

    # --- the document as a whole ----------------------------------------------------------------

    def _roots(self, types: dict[str, TypeDefinition]) -> dict[str, str | None]:
        roots: dict[str, str | None] = {"query": None, "mutation": None, "subscription": None}
        for node in self.document.definitions:
            if isinstance(node, SchemaDefinitionNode):
                for operation in node.operation_types:
                    roots[operation.operation.value] = operation.type.name.value
        if not any(roots.values()):
            roots = {kind: kind.title() if kind.title() in types else None for kind in roots}
        for kind, name in roots.items():
            if name is not None and (name not in types or types[name].kind is not Kind.OBJECT):
                raise unusable(f"The {kind} root type {name} is not an object of the supergraph.")
        return roots

    # --- types ----------------------------------------------------------------------------------

    def _type(self, node: TypeDefinitionNode) -> TypeDefinition:
        name = node.name.value
        kind = _KINDS[type(node)]
        joins = self.joins.of_type(name, node.directives)
        fields: dict[str, Field] = {}
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            fields = self._unique(name, (self._field(name, each) for each in node.fields or ()))
        elif isinstance(node, InputObjectTypeDefinitionNode):
            fields = self._unique(name, (self._input(name, each) for each in node.fields or ()))
        declared = tuple(each.name.value for each in getattr(node, "interfaces", None) or ())
        members = tuple(
            each.name.value
            for each in (getattr(node, "types", None) or ())
            if isinstance(node, UnionTypeDefinitionNode)
        )
        everywhere = tuple(dict.fromkeys(j.graph for j in joins)) or tuple(self.graphs)
        return TypeDefinition(
            name=name,
            kind=kind,
            joins=joins or tuple(JoinType(graph) for graph in self.graphs),
            fields=fields,
            interfaces=declared,
            implements=self.joins.interfaces(name, node.directives, declared, everywhere),
            members=self.joins.members(name, node.directives, members, everywhere),
            values=self._enum_values(node),
            contexts=tuple(
                text
                for each in named(node.directives, self.context)
                if (text := string(argument_values(each).get("name"))) is not None
            ),
            owner=self.joins.owner(name, node.directives),
            directives=tuple(node.directives or ()),
            inaccessible=self._is_hidden(node.directives),
        )

    def _is_hidden(self, directives: Directives) -> bool:
        return bool(named(directives, self.hidden))

    def _unique(self, parent: str, fields: Iterable[Field]) -> dict[str, Field]:
        result: dict[str, Field] = {}
        for each in fields:
            if each.name in result:
                raise unusable(f"The supergraph defines {parent}.{each.name} more than once.")
            result[each.name] = each
        return result

    def _enum_values(self, node: TypeDefinitionNode) -> dict[str, EnumValue]:
        if not isinstance(node, EnumTypeDefinitionNode):
            return {}
        return {
            each.name.value: EnumValue(
                each.name.value,
                self.joins.of_value(node.name.value, each.directives),
                self._is_hidden(each.directives),
            )
            for each in node.values or ()
        }

    # --- fields ---------------------------------------------------------------------------------

    def _field(self, parent: str, node: FieldDefinitionNode) -> Field:
        where = f"{parent}.{node.name.value}"
        return Field(
            name=node.name.value,
            type=type_reference(node.type),
            arguments={
                each.name.value: Argument(
                    each.name.value,
                    type_reference(each.type),
                    tuple(each.directives or ()),
                    self._is_hidden(each.directives),
                )
                for each in node.arguments or ()
            },
            joins=self.joins.of_field(where, node.directives),
            directives=tuple(node.directives or ()),
            inaccessible=self._is_hidden(node.directives),
        )

    def _input(self, parent: str, node: InputValueDefinitionNode) -> Field:
        where = f"{parent}.{node.name.value}"
        return Field(
            name=node.name.value,
            type=type_reference(node.type),
            joins=self.joins.of_field(where, node.directives),
            directives=tuple(node.directives or ()),
            inaccessible=self._is_hidden(node.directives),
        )
