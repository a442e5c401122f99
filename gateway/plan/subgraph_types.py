"""Types as single subgraphs know them, read from the joins of a supergraph.

Overrides (under given labels), external key fields of extended types, interface objects and the
differences between join versions end here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.supergraph.model import (
    ContextArgument,
    FieldSet,
    JoinField,
    Kind,
    Supergraph,
    TypeDefinition,
    TypeReference,
)

Provided = tuple[tuple[str, tuple[str, ...] | None, "Provided"], ...]
"""A provided selection: fields, the concrete types they hold for (None: all), what lies below."""


@dataclass(frozen=True, slots=True)
class SubgraphField:
    """A field as one subgraph declares it. An external one is resolved only where provided."""

    name: str
    type: TypeReference
    external: bool = False
    requires: FieldSet | None = None
    provides: Provided = ()
    contexts: tuple[ContextArgument, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SubgraphType:
    """A composite type as one subgraph knows it; `runtime` are its concrete types there."""

    graph: str
    name: str
    kind: Kind
    interface_object: bool
    fields: Mapping[str, SubgraphField]
    runtime: frozenset[str]
    keys: tuple[FieldSet, ...]


class SubgraphTypes:
    """Reads the types of subgraphs under one assignment of override labels."""

    def __init__(self, supergraph: Supergraph, labels: Collection[str]) -> None:
        self._supergraph = supergraph
        self._labels = frozenset(labels)
        self._names = {graph.name: graph.id for graph in supergraph.graphs.values()}
        self._implementations: dict[tuple[str, str], set[str]] = {}
        for definition in supergraph.types.values():
            if definition.kind is Kind.OBJECT:
                for graph in definition.graphs():
                    for interface in definition.implements.get(graph, ()):
                        known = self._implementations.setdefault((graph, interface), set())
                        known.add(definition.name)
        self._lent = _lent_fields(supergraph)

    def read(self, definition: TypeDefinition, graph: str) -> SubgraphType:
        joins = [join for join in definition.joins if join.graph == graph]
        extended = any(join.extension for join in joins)
        keys = [join.key for join in joins if join.key is not None]
        key_fields = {name for key in keys for name in top_fields(key.selections)}
        interface_object = any(join.is_interface_object for join in joins)
        fields: dict[str, SubgraphField] = {}
        for each in definition.fields.values():
            if definition.owner is not None and each.name in key_fields:
                # The first join version names the owner's fields only; keys are everybody's.
                fields[each.name] = SubgraphField(each.name, each.type)
                continue
            if not each.joins:
                if definition.owner in (None, graph):
                    fields[each.name] = SubgraphField(each.name, each.type)
                continue
            for join in each.joins:
                if join.graph == graph:
                    external = self._overridden(join, each.joins) or (
                        join.external and not (extended and each.name in key_fields)
                    )
                    own_type = join.type or each.type
                    fields[each.name] = SubgraphField(
                        each.name,
                        own_type,
                        external,
                        join.requires,
                        self._provided(own_type.named, join.provides),
                        join.context_arguments,
                    )
            if each.name not in fields and (graph, definition.name, each.name) in self._lent:
                fields[each.name] = SubgraphField(each.name, each.type, external=True)
        return SubgraphType(
            graph=graph,
            name=definition.name,
            kind=definition.kind,
            interface_object=interface_object,
            fields=fields,
            runtime=self._runtime(definition, graph, interface_object),
            keys=tuple(
                dict.fromkeys(
                    join.key for join in joins if join.key is not None and join.resolvable
                )
            ),
        )

    def _overridden(self, join: JoinField, joins: tuple[JoinField, ...]) -> bool:
        """Whether another subgraph has taken the field over, under the labels assumed here."""
        for other in joins:
            if other is join or other.override is None or other.external:
                continue
            if self._names.get(other.override) == join.graph:
                return other.override_label is None or other.override_label in self._labels
        if join.used_overridden:
            return True
        return (
            join.override_label is not None
            and join.override is not None
            and join.override_label not in self._labels
            and self._names.get(join.override) in {other.graph for other in joins}
        )

    def _runtime(
        self, definition: TypeDefinition, graph: str, interface_object: bool
    ) -> frozenset[str]:
        name = definition.name
        possible = self._supergraph.possible_types[name]
        if definition.kind is Kind.OBJECT:
            return frozenset((name,))
        if definition.kind is Kind.UNION:
            return frozenset(definition.members.get(graph, ()))
        if interface_object or not possible:
            return frozenset(possible or (name,))
        return frozenset(self._implementations.get((graph, name), ()))

    def _provided(self, type_name: str, field_set: FieldSet | None) -> Provided:
        return () if field_set is None else self._provided_by(type_name, field_set.selections)

    def _provided_by(
        self, type_name: str, selections: SelectionSetNode, on: tuple[str, ...] | None = None
    ) -> Provided:
        found: set[tuple[str, tuple[str, ...] | None, Provided]] = set()
        for node in selections.selections:
            if isinstance(node, InlineFragmentNode):
                inner, narrowed = type_name, on
                if node.type_condition is not None:
                    inner = node.type_condition.name.value
                    possible = self._supergraph.possible_types.get(inner, ())
                    narrowed = tuple(each for each in possible if on is None or each in on)
                found.update(self._provided_by(inner, node.selection_set, narrowed))
            elif isinstance(node, FieldNode) and node.name.value != "__typename":
                below: Provided = ()
                if node.selection_set is not None:
                    named = self._supergraph.types[type_name].fields[node.name.value].type.named
                    below = self._provided_by(named, node.selection_set)
                found.add((node.name.value, on, below))
        return tuple(sorted(found, key=repr))


def _lent_fields(supergraph: Supergraph) -> frozenset[tuple[str, str, str]]:
    """Subgraph, type and name of fields that the first join version names in provisions only.

    Later versions say of such a field that it is external there.
    """
    types = supergraph.types
    if all(each.owner is None for each in types.values()):
        return frozenset()
    pending: list[tuple[str, str, SelectionSetNode]] = [
        (join.graph, each.type.named, join.provides.selections)
        for definition in types.values()
        for each in definition.fields.values()
        for join in each.joins
        if join.graph is not None and join.provides is not None
    ]
    found: set[tuple[str, str, str]] = set()
    while pending:
        graph, type_name, selections = pending.pop()
        for node in selections.selections:
            if isinstance(node, InlineFragmentNode):
                inner = node.type_condition.name.value if node.type_condition else type_name
                pending.append((graph, inner, node.selection_set))
            elif isinstance(node, FieldNode) and node.name.value in types[type_name].fields:
                for name in (type_name, *supergraph.possible_types.get(type_name, ())):
                    if types[name].owner is not None:
                        found.add((graph, name, node.name.value))
                if node.selection_set is not None:
                    below = types[type_name].fields[node.name.value].type.named
                    pending.append((graph, below, node.selection_set))
    return frozenset(found)


def top_fields(selections: SelectionSetNode) -> list[str]:
    """The names of the fields of a field set's first level, those in fragments included."""
    names: list[str] = []
    for node in selections.selections:
        if isinstance(node, FieldNode):
            names.append(node.name.value)
        elif isinstance(node, InlineFragmentNode):
            names += top_fields(node.selection_set)
    return names


def fields_named_in(supergraph: Supergraph) -> frozenset[str]:
    """The names of all fields that some key, requirement, provision or context selects."""
    found: set[str] = set()
    pending: list[SelectionSetNode] = []
    for definition in supergraph.types.values():
        pending += [join.key.selections for join in definition.joins if join.key is not None]
        for each in definition.fields.values():
            for join in each.joins:
                sets = (
                    join.requires,
                    join.provides,
                    *(c.selection for c in join.context_arguments),
                )
                pending += [one.selections for one in sets if one is not None]
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode):
                found.add(node.name.value)
            below = getattr(node, "selection_set", None)
            if below is not None:
                pending.append(below)
    return frozenset(found)
