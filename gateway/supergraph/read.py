"""Supergraph SDL in, `Supergraph` out: the join directives of versions 0.1 to 0.5.

The reader is strict about what the planner relies on (types exist, field sets name fields that
exist, subgraphs are declared) and lenient about the rest: unknown optional arguments, an override
of an absent subgraph and unknown directives are let through.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumValueNode,
    FieldDefinitionNode,
    GraphQLError,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectValueNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    ValueNode,
    parse,
    parse_type,
)

from gateway.supergraph.features import (
    CONTEXT,
    INACCESSIBLE,
    JOIN,
    Features,
    argument_values,
    read_features,
    unusable,
)
from gateway.supergraph.fieldsets import parse_field_set
from gateway.supergraph.model import (
    Argument,
    ContextArgument,
    EnumValue,
    Field,
    FieldSet,
    Graph,
    JoinField,
    JoinType,
    Kind,
    Supergraph,
    TypeDefinition,
    TypeReference,
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
    try:
        return _Reader(document, read_features(document)).read()
    except RecursionError:
        raise unusable("The supergraph is nested too deeply.") from None


def type_reference(node: TypeNode) -> TypeReference:
    """The type that an AST node writes."""
    nullable: list[bool] = []
    while True:
        required = isinstance(node, NonNullTypeNode)
        if isinstance(node, NonNullTypeNode):
            node = node.type
        nullable.append(not required)
        if isinstance(node, ListTypeNode):
            node = node.type
        elif isinstance(node, NamedTypeNode):
            return TypeReference(node.name.value, tuple(nullable))


class _Reader:
    """The state of one reading: names of directives, and field sets already parsed."""

    def __init__(self, document: DocumentNode, features: Features) -> None:
        self.document = document
        self.features = features
        self.graph = features.local(JOIN, "graph")
        self.type = features.local(JOIN, "type")
        self.field = features.local(JOIN, "field")
        self.implements = features.local(JOIN, "implements")
        self.member = features.local(JOIN, "unionMember")
        self.value = features.local(JOIN, "enumValue")
        self.owner = features.local(JOIN, "owner")
        self.directive = features.local(JOIN, "directive")
        self.graph_enum = features.local(JOIN, "Graph")
        self.hidden = features.local(INACCESSIBLE, "inaccessible")
        self.context = features.local(CONTEXT, "context")
        self.graphs: dict[str, Graph] = {}
        self.sets: dict[str, FieldSet] = {}

    def read(self) -> Supergraph:
        nodes = [node for node in self.document.definitions if isinstance(node, TypeDefinitionNode)]
        self.graphs = self._graphs(nodes)
        self._refuse_connectors()
        types: dict[str, TypeDefinition] = {}
        for node in nodes:
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

    def _graphs(self, nodes: Iterable[TypeDefinitionNode]) -> dict[str, Graph]:
        graphs: dict[str, Graph] = {}
        for node in nodes:
            if node.name.value != self.graph_enum or not isinstance(node, EnumTypeDefinitionNode):
                continue
            for value in node.values or ():
                applied = _named(value.directives, self.graph)
                arguments = argument_values(applied[0]) if applied else {}
                name = _string(arguments.get("name"))
                if name is None:
                    raise unusable(f"{self.graph_enum}.{value.name.value} names no subgraph.")
                graphs[value.name.value] = Graph(
                    value.name.value, name, _string(arguments.get("url")) or ""
                )
        if not graphs:
            raise unusable(f"The supergraph declares no subgraph (enum {self.graph_enum}).")
        names = [graph.name for graph in graphs.values()]
        if len(set(names)) != len(names):
            raise unusable("Two subgraphs of the supergraph have the same name.")
        return graphs

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

    def _refuse_connectors(self) -> None:
        for node in self.document.definitions:
            holders = [node, *(getattr(node, "fields", None) or ())]
            for holder in holders:
                for applied in _named(getattr(holder, "directives", None), self.directive):
                    name = _string(argument_values(applied).get("name")) or ""
                    if name.removeprefix("connect__") in ("connect", "source"):
                        raise unusable(
                            "The supergraph has connectors (@connect), "
                            "which this gateway does not execute."
                        )

    # --- types ----------------------------------------------------------------------------------

    def _type(self, node: TypeDefinitionNode) -> TypeDefinition:
        name = node.name.value
        kind = _KINDS[type(node)]
        joins = tuple(self._join_type(name, each) for each in _named(node.directives, self.type))
        owner = None
        for applied in _named(node.directives, self.owner):
            owner = self._graph_of(applied, name)
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
            implements=self._by_graph(
                name, node.directives, self.implements, "interface", declared, everywhere
            ),
            members=self._by_graph(
                name, node.directives, self.member, "member", members, everywhere
            ),
            values=self._enum_values(node),
            contexts=tuple(
                text
                for each in _named(node.directives, self.context)
                if (text := _string(argument_values(each).get("name"))) is not None
            ),
            owner=owner,
            directives=tuple(node.directives or ()),
            inaccessible=bool(_named(node.directives, self.hidden)),
        )

    def _unique(self, parent: str, fields: Iterable[Field]) -> dict[str, Field]:
        result: dict[str, Field] = {}
        for each in fields:
            if each.name in result:
                raise unusable(f"The supergraph defines {parent}.{each.name} more than once.")
            result[each.name] = each
        return result

    def _by_graph(
        self,
        name: str,
        directives: Iterable[DirectiveNode] | None,
        directive: str,
        argument: str,
        declared: tuple[str, ...],
        everywhere: tuple[str, ...],
    ) -> dict[str, tuple[str, ...]]:
        """Interfaces or members by subgraph; without join directives, the declared in each."""
        applied = _named(directives, directive)
        if not applied:
            return dict.fromkeys(everywhere, declared) if declared else {}
        result: dict[str, tuple[str, ...]] = {}
        for each in applied:
            graph = self._graph_of(each, name)
            text = _string(argument_values(each).get(argument))
            if text is None:
                raise unusable(f"@{directive} on {name} names no {argument}.")
            result[graph] = (*result.get(graph, ()), text)
        return result

    def _enum_values(self, node: TypeDefinitionNode) -> dict[str, EnumValue]:
        if not isinstance(node, EnumTypeDefinitionNode):
            return {}
        return {
            each.name.value: EnumValue(
                each.name.value,
                tuple(
                    self._graph_of(applied, node.name.value)
                    for applied in _named(each.directives, self.value)
                ),
                bool(_named(each.directives, self.hidden)),
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
                    bool(_named(each.directives, self.hidden)),
                )
                for each in node.arguments or ()
            },
            joins=tuple(
                self._join_field(where, each) for each in _named(node.directives, self.field)
            ),
            directives=tuple(node.directives or ()),
            inaccessible=bool(_named(node.directives, self.hidden)),
        )

    def _input(self, parent: str, node: InputValueDefinitionNode) -> Field:
        where = f"{parent}.{node.name.value}"
        return Field(
            name=node.name.value,
            type=type_reference(node.type),
            joins=tuple(
                self._join_field(where, each) for each in _named(node.directives, self.field)
            ),
            directives=tuple(node.directives or ()),
            inaccessible=bool(_named(node.directives, self.hidden)),
        )

    def _join_type(self, name: str, applied: DirectiveNode) -> JoinType:
        arguments = argument_values(applied)
        return JoinType(
            graph=self._graph_of(applied, name),
            key=self._field_set(arguments.get("key"), f"The key of {name}"),
            extension=_boolean(arguments.get("extension"), False),
            resolvable=_boolean(arguments.get("resolvable"), True),
            is_interface_object=_boolean(arguments.get("isInterfaceObject"), False),
        )

    def _join_field(self, where: str, applied: DirectiveNode) -> JoinField:
        arguments = argument_values(applied)
        own_type = _string(arguments.get("type"))
        return JoinField(
            graph=self._graph_of(applied, where) if "graph" in arguments else None,
            requires=self._field_set(arguments.get("requires"), f"What {where} requires"),
            provides=self._field_set(arguments.get("provides"), f"What {where} provides"),
            type=_parse_type(own_type, where) if own_type is not None else None,
            external=_boolean(arguments.get("external"), False),
            override=_string(arguments.get("override")),
            override_label=_string(arguments.get("overrideLabel")),
            used_overridden=_boolean(arguments.get("usedOverridden"), False),
            context_arguments=self._context_arguments(where, arguments.get("contextArguments")),
        )

    def _context_arguments(
        self, where: str, value: ValueNode | None
    ) -> tuple[ContextArgument, ...]:
        if not isinstance(value, ListValueNode):
            return ()
        result = []
        for item in value.values:
            entries = item.fields if isinstance(item, ObjectValueNode) else ()
            parts = {each.name.value: _string(each.value) for each in entries}
            name, context = parts.get("name"), parts.get("context")
            type_text, selection = parts.get("type"), parts.get("selection")
            if name is None or context is None or type_text is None or selection is None:
                raise unusable(f"A context argument of {where} is incomplete.")
            field_set = parse_field_set(selection, f"A context argument of {where}")
            result.append(ContextArgument(name, type_text, context, field_set))
        return tuple(result)

    def _field_set(self, value: ValueNode | None, where: str) -> FieldSet | None:
        text = _string(value)
        if text is None:
            return None
        known = self.sets.get(text)
        if known is None:
            known = self.sets[text] = parse_field_set(text, where)
        return known

    def _graph_of(self, applied: DirectiveNode, where: str) -> str:
        value = argument_values(applied).get("graph")
        if not isinstance(value, EnumValueNode):
            raise unusable(f"@{applied.name.value} on {where} names no subgraph.")
        if value.value not in self.graphs:
            raise unusable(f"@{applied.name.value} on {where} names the unknown {value.value}.")
        return value.value


# --- values of directive arguments --------------------------------------------------------------


def _named(directives: Iterable[DirectiveNode] | None, name: str) -> list[DirectiveNode]:
    return [each for each in directives or () if each.name.value == name]


def _string(value: ValueNode | None) -> str | None:
    return value.value if isinstance(value, StringValueNode) else None


def _boolean(value: ValueNode | None, default: bool) -> bool:
    return value.value if isinstance(value, BooleanValueNode) else default


def _parse_type(text: str, where: str) -> TypeReference:
    try:
        return type_reference(parse_type(text, no_location=True))
    except (GraphQLError, RecursionError):
        raise unusable(f'{where} has the type "{text}" in a subgraph, which is no type.') from None
