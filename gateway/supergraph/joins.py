"""The join directives of a supergraph: which subgraph has what of a type or field.

Versions 0.1 to 0.5 are read; what a version does not have is absent from its documents.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphql import (
    DirectiveNode,
    EnumTypeDefinitionNode,
    EnumValueNode,
    GraphQLError,
    ListTypeNode,
    ListValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectValueNode,
    TypeDefinitionNode,
    TypeNode,
    ValueNode,
    parse_type,
)

from gateway.supergraph.arguments import argument_values, boolean, named, string
from gateway.supergraph.features import JOIN, Features, unusable
from gateway.supergraph.fieldsets import parse_field_set
from gateway.supergraph.model import (
    ContextArgument,
    FieldSet,
    Graph,
    JoinField,
    JoinType,
    TypeReference,
)

Directives = Iterable[DirectiveNode] | None


def read_graphs(nodes: Iterable[TypeDefinitionNode], features: Features) -> dict[str, Graph]:
    """The subgraphs that a document declares, by the value of its enum of subgraphs."""
    enum, directive = features.local(JOIN, "Graph"), features.local(JOIN, "graph")
    graphs: dict[str, Graph] = {}
    for node in nodes:
        if node.name.value != enum or not isinstance(node, EnumTypeDefinitionNode):
            continue
        for value in node.values or ():
            applied = named(value.directives, directive)
            arguments = argument_values(applied[0]) if applied else {}
            name = string(arguments.get("name"))
            if name is None:
                raise unusable(f"{enum}.{value.name.value} names no subgraph.")
            graphs[value.name.value] = Graph(
                value.name.value, name, string(arguments.get("url")) or ""
            )
    if not graphs:
        raise unusable(f"The supergraph declares no subgraph (enum {enum}).")
    names = [graph.name for graph in graphs.values()]
    if len(set(names)) != len(names):
        raise unusable("Two subgraphs of the supergraph have the same name.")
    return graphs


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


class Joins:
    """The join directives of one document, under the names that they have there."""

    def __init__(self, features: Features, graphs: dict[str, Graph]) -> None:
        self._graphs = graphs
        self._type = features.local(JOIN, "type")
        self._field = features.local(JOIN, "field")
        self._implements = features.local(JOIN, "implements")
        self._member = features.local(JOIN, "unionMember")
        self._value = features.local(JOIN, "enumValue")
        self._owner = features.local(JOIN, "owner")
        self._sets: dict[str, FieldSet] = {}

    def of_type(self, name: str, directives: Directives) -> tuple[JoinType, ...]:
        """What each subgraph says of a type."""
        return tuple(self._join_type(name, each) for each in named(directives, self._type))

    def of_field(self, where: str, directives: Directives) -> tuple[JoinField, ...]:
        """What each subgraph says of a field or input field."""
        return tuple(self._join_field(where, each) for each in named(directives, self._field))

    def of_value(self, enum: str, directives: Directives) -> tuple[str, ...]:
        """The subgraphs that have an enum value."""
        return tuple(self._graph_of(each, enum) for each in named(directives, self._value))

    def owner(self, name: str, directives: Directives) -> str | None:
        """The subgraph that owns a type, in the first version."""
        owners = [self._graph_of(each, name) for each in named(directives, self._owner)]
        return owners[-1] if owners else None

    def interfaces(
        self, name: str, directives: Directives, declared: tuple[str, ...], graphs: tuple[str, ...]
    ) -> dict[str, tuple[str, ...]]:
        """The interfaces of a type by subgraph."""
        applied = named(directives, self._implements)
        return self._by_graph(name, applied, "interface") or _everywhere(graphs, declared)

    def members(
        self, name: str, directives: Directives, declared: tuple[str, ...], graphs: tuple[str, ...]
    ) -> dict[str, tuple[str, ...]]:
        """The members of a union by subgraph."""
        applied = named(directives, self._member)
        return self._by_graph(name, applied, "member") or _everywhere(graphs, declared)

    def _by_graph(
        self, name: str, applied: Iterable[DirectiveNode], argument: str
    ) -> dict[str, tuple[str, ...]]:
        result: dict[str, list[str]] = {}
        for each in applied:
            text = string(argument_values(each).get(argument))
            if text is None:
                raise unusable(f"@{each.name.value} on {name} names no {argument}.")
            result.setdefault(self._graph_of(each, name), []).append(text)
        return {graph: tuple(texts) for graph, texts in result.items()}

    def _join_type(self, name: str, applied: DirectiveNode) -> JoinType:
        arguments = argument_values(applied)
        return JoinType(
            graph=self._graph_of(applied, name),
            key=self._field_set(arguments.get("key"), f"The key of {name}"),
            extension=boolean(arguments.get("extension"), False),
            resolvable=boolean(arguments.get("resolvable"), True),
            is_interface_object=boolean(arguments.get("isInterfaceObject"), False),
        )

    def _join_field(self, where: str, applied: DirectiveNode) -> JoinField:
        arguments = argument_values(applied)
        own_type = string(arguments.get("type"))
        return JoinField(
            graph=self._graph_of(applied, where) if "graph" in arguments else None,
            requires=self._field_set(arguments.get("requires"), f"What {where} requires"),
            provides=self._field_set(arguments.get("provides"), f"What {where} provides"),
            type=_parse_type(own_type, where) if own_type is not None else None,
            external=boolean(arguments.get("external"), False),
            override=string(arguments.get("override")),
            override_label=string(arguments.get("overrideLabel")),
            used_overridden=boolean(arguments.get("usedOverridden"), False),
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
            parts = {each.name.value: string(each.value) for each in entries}
            name, context = parts.get("name"), parts.get("context")
            type_text, selection = parts.get("type"), parts.get("selection")
            if name is None or context is None or type_text is None or selection is None:
                raise unusable(f"A context argument of {where} is incomplete.")
            field_set = parse_field_set(selection, f"A context argument of {where}")
            result.append(ContextArgument(name, type_text, context, field_set))
        return tuple(result)

    def _field_set(self, value: ValueNode | None, where: str) -> FieldSet | None:
        text = string(value)
        if text is None:
            return None
        known = self._sets.get(text)
        if known is None:
            known = self._sets[text] = parse_field_set(text, where)
        return known

    def _graph_of(self, applied: DirectiveNode, where: str) -> str:
        value = argument_values(applied).get("graph")
        if not isinstance(value, EnumValueNode):
            raise unusable(f"@{applied.name.value} on {where} names no subgraph.")
        if value.value not in self._graphs:
            raise unusable(f"@{applied.name.value} on {where} names the unknown {value.value}.")
        return value.value


def _everywhere(graphs: tuple[str, ...], names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Without join directives, each subgraph has what the type declares."""
    return dict.fromkeys(graphs, names) if names else {}


def _parse_type(text: str, where: str) -> TypeReference:
    try:
        return type_reference(parse_type(text, no_location=True))
    except (GraphQLError, RecursionError):
        raise unusable(f'{where} has the type "{text}" in a subgraph, which is no type.') from None
