"""The planner's tables: who resolves which field of which type, and how to get there.

Three questions are answered here, and nowhere else:

- `step(vertex, type, field)`: an object of a concrete type is being fetched at a *vertex* (a type
  of a subgraph). Can that subgraph resolve the field, and at which vertex does that leave us?
- `entries(type)`: by which keys can an object of that type be asked for in which subgraph?
- `runtime(vertex)`: of which concrete types may an object at the vertex be?

Overrides, external fields, provided fields, interface objects and the differences between join
versions are all folded into the answers, so that the search for a plan knows none of them.
Tables are built once for a supergraph and an assignment of override labels.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from gateway.plan.subgraph_types import (
    Provided,
    SubgraphField,
    SubgraphType,
    SubgraphTypes,
    fields_named_in,
    top_fields,
)
from gateway.plan.vertices import Entry, Profile, Step, Vertex
from gateway.supergraph.model import (
    ContextArgument,
    Kind,
    Supergraph,
    TypeReference,
)

__all__ = [
    "Entry",
    "PlannerSchema",
    "Provided",
    "Step",
    "SubgraphField",
    "SubgraphType",
    "Vertex",
    "fields_named_in",
    "top_fields",
]


MAX_PROFILES = 10_000
"""Field combinations remembered; clients choose them, so there is no end to them."""


Terms = tuple[str, *tuple[object, ...]]
"""A subgraph that has a field, and what its having it depends on."""


class PlannerSchema:
    """The tables of one supergraph under one assignment of override labels."""

    def __init__(self, supergraph: Supergraph, labels: Collection[str] = ()) -> None:
        self.supergraph = supergraph
        self.labels = frozenset(labels)
        self.graph_index = {graph: index for index, graph in enumerate(supergraph.graphs)}
        self.roots = frozenset(
            name
            for name in (supergraph.query, supergraph.mutation, supergraph.subscription)
            if name is not None
        )
        self.field_names = frozenset(
            name for each in supergraph.types.values() for name in each.fields
        )
        self._vertex_ids = count()
        self._vertices: dict[tuple[str, str, Provided], Vertex] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._untyped_entries: dict[str, tuple[Entry, ...]] = {}
        self._entries_into: dict[tuple[str, str, bool], tuple[Entry, ...]] = {}
        self._providers: dict[tuple[str, str], frozenset[str]] = {}
        self._on_the_way: dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]] = {}
        self._terms: dict[tuple[str, str], tuple[Terms, ...]] = {}
        self._profiles: dict[tuple[str, frozenset[str]], Profile] = {}
        self._equal_profiles: dict[Profile, Profile] = {}
        self.subgraphs: dict[str, dict[str, SubgraphType]] = {
            graph: {} for graph in supergraph.graphs
        }
        self._held: dict[str, tuple[tuple[str, SubgraphType], ...]] = {}
        reader = SubgraphTypes(supergraph, self.labels)
        for definition in supergraph.types.values():
            if definition.kind in (Kind.OBJECT, Kind.INTERFACE, Kind.UNION):
                for graph in definition.graphs():
                    self.subgraphs[graph][definition.name] = reader.read(definition, graph)

        self._interface_objects = frozenset(
            name
            for types in self.subgraphs.values()
            for name, own in types.items()
            if own.interface_object
        )
        self.contextual = self._find_contextual()
        self.contested = self._find_contested()
        self.contested_names = frozenset(name for _type, name in self.contested)

    # --- the three questions --------------------------------------------------------------------

    def step(self, vertex: Vertex, type_name: str, name: str) -> Step | None:
        """How `vertex` resolves a field of objects of this concrete type; None if it does not."""
        key = (type_name, name)
        if key in vertex.steps:
            return vertex.steps[key]
        vertex.steps[key] = found = self._step(vertex, type_name, name)
        return found

    def entries(self, type_name: str) -> tuple[Entry, ...]:
        """The ways into subgraphs for objects known to be of this concrete type."""
        found = self._entries.get(type_name)
        if found is None:
            found = self._entries[type_name] = tuple(self._find_entries(type_name))
        return found

    def untyped_entries(self, interface: str) -> tuple[Entry, ...]:
        """The ways into subgraphs for objects of which only an interface is known."""
        found = self._untyped_entries.get(interface)
        if found is None:
            covering = (interface, *self.supergraph.types[interface].interfaces)
            found = self._untyped_entries[interface] = tuple(
                Entry(graph, self.vertex(graph, name), key, name, reveals=not own.interface_object)
                for name in covering
                for graph, own in self._having(name)
                for key in own.keys
            )
        return found

    def entries_into(self, graph: str, name: str, *, typed: bool) -> tuple[Entry, ...]:
        """The entries into one subgraph: for a concrete type, or for all of an interface alike."""
        key = (graph, name, typed)
        found = self._entries_into.get(key)
        if found is None:
            entries = self.entries(name) if typed else self.untyped_entries(name)
            found = tuple(entry for entry in entries if entry.graph == graph)
            self._entries_into[key] = found
        return found

    def vertex(self, graph: str, type_name: str, provided: Provided = ()) -> Vertex:
        """The vertex of a type in a subgraph that has it."""
        key = (graph, type_name, provided)
        found = self._vertices.get(key)
        if found is None:
            own = self.subgraphs[graph][type_name]
            # Plans are made in several threads; whoever comes second takes the first's vertex.
            made = Vertex(next(self._vertex_ids), graph, own, provided)
            found = self._vertices.setdefault(key, made)
        return found

    # --- derived ---------------------------------------------------------------------------------

    def possible(self, type_name: str) -> tuple[str, ...]:
        """The concrete types of a type; an interface without any stands for itself."""
        return self.supergraph.possible_types.get(type_name, ()) or (type_name,)

    def field_type(self, type_name: str, name: str) -> TypeReference:
        """The supergraph's type of a field."""
        return self.supergraph.types[type_name].fields[name].type

    def is_composite(self, type_name: str) -> bool:
        """Whether values of the type have fields."""
        return type_name in self.supergraph.possible_types

    def is_abstract(self, type_name: str) -> bool:
        """Whether the type is an interface or a union."""
        return self.supergraph.types[type_name].kind in (Kind.INTERFACE, Kind.UNION)

    def providers(self, type_name: str, name: str) -> frozenset[str]:
        """The subgraphs that resolve a field of a concrete type for whoever gets there."""
        key = (type_name, name)
        found = self._providers.get(key)
        if found is None:
            found = self._providers[key] = frozenset(
                graph
                for graph, holder in self._holders(type_name)
                if (own := holder.fields.get(name)) is not None and not own.external
            )
        return found

    def terms(self, type_name: str, name: str) -> tuple[Terms, ...]:
        """Who answers a field of a concrete type, and on what terms; equal for equal leaves."""
        key = (type_name, name)
        found = self._terms.get(key)
        if found is None:
            found = self._terms[key] = tuple(
                (graph, holder.name, own.external, own.requires, own.contexts)
                for graph, holder in self._holders(type_name)
                if (own := holder.fields.get(name)) is not None
            )
        return found

    def on_the_way(self, type_name: str, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """The subgraphs and fields that may have a part in getting at a field of a concrete type.

        The field itself is one of the fields; the others are those of keys and requirements.
        """
        key = (type_name, name)
        known = self._on_the_way.get(key)
        if known is not None:
            return known
        fields = {name}
        graphs = set(self.providers(type_name, name))
        size = -1
        while size != len(fields) + len(graphs):
            size = len(fields) + len(graphs)
            for entry in self.entries(type_name):
                if entry.graph in graphs and entry.key is not None:
                    fields.update(top_fields(entry.key.selections))
            for one in list(fields):
                for needed in self.requirements(type_name, one):
                    fields.update(needed)
                graphs.update(self.providers(type_name, one))
        known = self._on_the_way[key] = (frozenset(graphs), frozenset(fields))
        return known

    def requirements(self, type_name: str, name: str) -> list[list[str]]:
        """The top-level fields that a field of a concrete type requires, per subgraph."""
        return [
            top_fields(own.requires.selections)
            for _, holder in self._holders(type_name)
            if (own := holder.fields.get(name)) is not None and own.requires is not None
        ]

    def profile(self, type_name: str, names: frozenset[str]) -> Profile:
        """What decides how these fields of a concrete type are fetched.

        Concrete types with equal profiles are planned together.
        """
        key = (type_name, names)
        found = self._profiles.get(key)
        if found is None:
            if len(self._profiles) >= MAX_PROFILES:
                self._profiles.clear()
                self._equal_profiles.clear()
            made = Profile(tuple(self._profile(type_name, names)))
            found = self._profiles[key] = self._equal_profiles.setdefault(made, made)
        return found

    # --- building ---------------------------------------------------------------------------------

    def _step(self, vertex: Vertex, type_name: str, name: str) -> Step | None:
        own_type = vertex.type
        if type_name not in own_type.runtime:
            return None
        holder: SubgraphType | None = own_type
        if not own_type.interface_object and own_type.name != type_name:
            holder = self.subgraphs[vertex.graph].get(type_name)
        own = holder.fields.get(name) if holder is not None else None
        if own is None:
            return None
        given = [
            below
            for provided, on, below in vertex.provided
            if provided == name and (on is None or type_name in on)
        ]
        if own.external and not given:
            return None
        target: Vertex | None = None
        if self.is_composite(own.type.named):
            if own.type.named not in self.subgraphs[vertex.graph]:
                return None
            union = {*own.provides, *(each for below in given for each in below)}
            provided = tuple(sorted(union, key=repr))
            target = self.vertex(vertex.graph, own.type.named, provided)
        if own.external:
            return Step(target)
        return Step(target, own.requires, own.contexts)

    def contexts_of(self, type_name: str) -> tuple[str, ...]:
        """The contexts that objects of a concrete type set, also through abstract types."""
        types = self.supergraph.types
        covering = (
            name
            for name, possible in self.supergraph.possible_types.items()
            if type_name in possible and types[name].contexts
        )
        return tuple(dict.fromkeys(one for name in covering for one in types[name].contexts))

    def _find_contextual(self) -> dict[tuple[str, str], tuple[ContextArgument, ...]]:
        """Fields that take arguments from a context in some subgraph, by concrete type and name."""
        return {
            (definition.name, each.name): arguments
            for definition in self.supergraph.types.values()
            for each in definition.fields.values()
            if (arguments := tuple(one for join in each.joins for one in join.context_arguments))
        }

    def _find_contested(self) -> dict[tuple[str, str], dict[str, frozenset[str]]]:
        """Fields whose abstract type has other concrete types in one subgraph than in another.

        By concrete type and field: for each subgraph that resolves it, the concrete types there.
        """
        found: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
        for definition in self.supergraph.types.values():
            if definition.kind is not Kind.OBJECT:
                continue
            for each in definition.fields.values():
                if not self.is_composite(each.type.named) or not self.is_abstract(each.type.named):
                    continue
                runtimes: dict[str, frozenset[str]] = {}
                for graph, holder in self._holders(definition.name):
                    own = holder.fields.get(each.name)
                    if own is None or own.external:
                        continue
                    below = self.subgraphs[graph].get(own.type.named)
                    if below is not None and not below.interface_object:
                        runtimes[graph] = below.runtime
                if len(set(runtimes.values())) > 1:
                    found[(definition.name, each.name)] = runtimes
        return found

    def _find_entries(self, type_name: str) -> list[Entry]:
        if type_name in self.roots:
            return [
                Entry(graph, self.vertex(graph, type_name), None, type_name)
                for graph, own in self._having(type_name)
                if any(not each.external for each in own.fields.values())
            ]
        return [
            Entry(graph, self.vertex(graph, holder.name), key, holder.name)
            for graph, holder in self._holders(type_name)
            for key in holder.keys
        ]

    def _having(self, type_name: str) -> list[tuple[str, SubgraphType]]:
        """The subgraphs that have a type under its name, in their order.

        Most types are in few subgraphs, so asking each subgraph for each type would take time in
        the product of both.
        """
        graphs = sorted(self.supergraph.types[type_name].graphs(), key=self.graph_index.__getitem__)
        return [
            (graph, own)
            for graph in graphs
            if (own := self.subgraphs[graph].get(type_name)) is not None
        ]

    def _holders(self, type_name: str) -> tuple[tuple[str, SubgraphType], ...]:
        """How subgraphs may know objects of a concrete type: as such, or as interface objects."""
        found = self._held.get(type_name)
        if found is None:
            holders = self._having(type_name)
            for name in self._interfaces(type_name):
                if name in self._interface_objects:
                    holders += [item for item in self._having(name) if item[1].interface_object]
            holders.sort(key=lambda item: self.graph_index[item[0]])
            found = self._held[type_name] = tuple(holders)
        return found

    def _interfaces(self, type_name: str) -> tuple[str, ...]:
        definition = self.supergraph.types[type_name]
        joined = (name for group in definition.implements.values() for name in group)
        return tuple(dict.fromkeys((*definition.interfaces, *joined)))

    def _profile(self, type_name: str, names: frozenset[str]) -> list[object]:
        found: list[object] = []
        relevant = set(names)
        for _, holder in self._holders(type_name):
            for key in holder.keys:
                relevant.update(top_fields(key.selections))
            for own in holder.fields.values():
                if own.requires is not None:
                    relevant.update(top_fields(own.requires.selections))
        for graph, holder in self._holders(type_name):
            fields = [
                (
                    (each.name, str(each.type), each.external),
                    (each.requires, each.provides, each.contexts),
                )
                for name in sorted(relevant)
                if (each := holder.fields.get(name)) is not None
            ]
            shown = holder.name if holder.interface_object else ""
            found.append((graph, shown, holder.keys, tuple(fields)))
        return found
