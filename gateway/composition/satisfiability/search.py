"""Search for queries that cannot be answered.

Depth first over states (concrete type, frontier, contexts). A state whose frontier contains that
of a state already visited can do whatever that one could, so it is skipped; this is what keeps
the search small in practice. In the worst case it is exponential, hence the limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.composition.satisfiability.obtain import Frontier, Obtainer
from gateway.plan.schema import PlannerSchema, Vertex
from gateway.supergraph.model import Supergraph


class LimitExceededError(Exception):
    """The search holds more paths than allowed; it had come to this type."""

    def __init__(self, type_name: str) -> None:
        super().__init__(type_name)
        self.type_name = type_name


@dataclass(frozen=True, slots=True)
class Place:
    """How a state was reached: a chain of fields and type conditions from a root."""

    parent: Place | None
    field: str
    type_name: str
    """The concrete type that the object is assumed to have after the field."""
    abstract: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """An object of a concrete type, and the vertices at which it may be at hand."""

    type_name: str
    frontier: Frontier
    contexts: frozenset[str]
    place: Place


@dataclass(frozen=True, slots=True)
class Failure:
    """A field that cannot be resolved for some state."""

    operation: str
    state: State
    field: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """A field of abstract type that several subgraphs resolve for one and the same object."""

    type_name: str
    field: str
    returned: str
    runtimes: Mapping[str, frozenset[str]]
    """Subgraph name -> the concrete types that the field can return there."""

    @property
    def disjoint(self) -> bool:
        """Whether the subgraphs could never return the same object."""
        return not frozenset.intersection(*self.runtimes.values())


@dataclass(frozen=True, slots=True)
class Hollow:
    """A field whose interface no object implements, so that nothing can ever be selected on it."""

    type_name: str
    field: str
    returned: str


Finding: TypeAlias = Failure | Sharing | Hollow


@dataclass(slots=True)
class Search:
    """One search, under one assignment of override labels."""

    supergraph: Supergraph
    schema: PlannerSchema
    obtainer: Obtainer
    limit: int
    paths: int = 0
    visited: dict[tuple[str, frozenset[str]], set[int]] = field(default_factory=dict)
    _expanded: set[tuple[str, Frontier, frozenset[str]]] = field(default_factory=set)
    """Abstract types with frontiers and contexts whose concrete states are all visited."""
    _orders: dict[str, dict[str, int]] = field(default_factory=dict)
    """Abstract type -> its concrete types, with their places in the supergraph."""
    _contexts: dict[str, frozenset[str]] | None = None
    _fields: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def run(self) -> Iterator[Finding]:
        """Every failure, and every shared field whose returns are worth a look."""
        for operation in ("query", "mutation", "subscription"):
            root = self.supergraph.root(operation)
            if root is None or self.supergraph.types[root].inaccessible:
                continue
            frontier = frozenset(entry.vertex for entry in self.schema.entries(root))
            if not frontier:
                continue
            contexts = self._contexts_of(root)
            state = State(root, frontier, contexts, Place(None, operation, root))
            if operation == "query":
                yield from self._explore(operation, [state])
            else:
                for name, returned in self.public_fields(root):
                    yield from self._root_field(operation, state, name, returned)

    def _explore(self, operation: str, stack: list[State]) -> Iterator[Finding]:
        while stack:
            state = stack.pop()
            if not self._is_new(state):
                continue
            here = self.obtainer.closure(state.type_name, state.frontier)
            if not any(vertex.trusted for vertex in here) and state.place.abstract:
                yield Failure(operation, state, "__typename")
                continue
            following: list[State] = []
            for name, returned in self.public_fields(state.type_name):
                targets, resolved = self.obtainer.advance(
                    state.type_name, here, name, state.contexts
                )
                if not resolved:
                    yield Failure(operation, state, name)
                    continue
                if targets and self._is_hollow(returned):
                    yield Hollow(state.type_name, name, returned)
                    continue
                sharing = self._sharing(state, name, returned, targets)
                if sharing is not None:
                    yield sharing
                if targets and not (sharing is not None and sharing.disjoint):
                    following += self._below(state, name, returned, targets)
            stack += reversed(following)

    def _is_hollow(self, name: str) -> bool:
        """Whether no object can ever be of an abstract type; an interface object is none."""
        possible = self.supergraph.possible_types.get(name, ())
        return self.schema.is_abstract(name) and possible in ((), (name,))

    def _root_field(
        self, operation: str, root: State, name: str, returned: str
    ) -> Iterator[Finding]:
        """A mutation runs in one subgraph only, so a single one has to serve all below it."""
        candidates: list[set[Vertex]] = []
        for vertex in sorted(root.frontier, key=lambda item: item.graph):
            only = frozenset((vertex,))
            targets, resolved = self.obtainer.advance(root.type_name, only, name, root.contexts)
            if resolved:
                candidates.append(targets)
        found: list[list[Finding]] = []
        visited, expanded = self.visited, self._expanded
        for targets in candidates:
            if len(candidates) > 1:
                # What fails for one subgraph has to be looked at anew for the next one.
                self.visited = {key: set(masks) for key, masks in visited.items()}
                self._expanded = set(expanded)
            failures: list[Finding] = []
            if targets:
                below = self._below(root, name, returned, targets)
                failures = list(self._explore(operation, below))
            if not any(isinstance(item, Failure) for item in failures):
                yield from failures
                return
            found.append(failures)
        if found:
            yield from min(found, key=len)
        else:
            yield Failure(operation, root, name)

    def _sharing(
        self, state: State, name: str, returned: str, targets: set[Vertex]
    ) -> Sharing | None:
        if len(targets) < 2 or not self.schema.is_abstract(returned):
            return None
        graphs = self.supergraph.graphs
        runtimes = {graphs[vertex.graph].name: vertex.type.runtime for vertex in targets}
        if len(set(runtimes.values())) < 2:
            return None
        return Sharing(state.type_name, name, returned, runtimes)

    def _below(self, state: State, name: str, returned: str, targets: set[Vertex]) -> list[State]:
        result: list[State] = []
        abstract = self.schema.is_abstract(returned)
        if abstract:
            key = (returned, frozenset(targets), state.contexts)
            if key in self._expanded:
                return result
            self._expanded.add(key)
        for concrete in self._concrete(returned, targets) if abstract else (returned,):
            if self.supergraph.types[concrete].inaccessible:
                continue
            frontier = self.obtainer.narrowed(targets, concrete)
            if frontier:
                place = Place(state.place, name, concrete, abstract)
                contexts = state.contexts | self._contexts_of(concrete)
                result.append(State(concrete, frontier, contexts, place))
        return result

    def _concrete(self, returned: str, targets: Iterable[Vertex]) -> list[str]:
        """The concrete types that may turn up: a few, where an interface has many elsewhere."""
        order = self._orders.get(returned)
        if order is None:
            possible = self.schema.possible(returned)
            order = self._orders[returned] = {name: place for place, name in enumerate(possible)}
        there = frozenset[str]().union(*(vertex.type.runtime for vertex in targets))
        return sorted((name for name in there if name in order), key=order.__getitem__)

    def _is_new(self, state: State) -> bool:
        mask = 0
        for vertex in state.frontier:
            mask |= 1 << vertex.id
        known = self.visited.setdefault((state.type_name, state.contexts), set())
        if mask in known or any(mask & other == other for other in known):
            return False
        known.add(mask)
        self.paths += len(state.frontier)
        if self.paths > self.limit:
            raise LimitExceededError(state.type_name)
        return True

    def _contexts_of(self, type_name: str) -> frozenset[str]:
        """The contexts that objects of a type set; one table, as most graphs have none."""
        if self._contexts is None:
            self._contexts = {}
            for definition in self.supergraph.types.values():
                for concrete in (
                    self.schema.possible(definition.name) if definition.contexts else ()
                ):
                    known = self._contexts.get(concrete, frozenset())
                    self._contexts[concrete] = known.union(definition.contexts)
        return self._contexts.get(type_name, frozenset())

    def public_fields(self, type_name: str) -> list[tuple[str, str]]:
        """The fields of a type that clients may ask for, with the types they return."""
        found = self._fields.get(type_name)
        if found is None:
            definition = self.supergraph.types[type_name]
            found = [
                (each.name, each.type.named)
                for each in definition.fields.values()
                if not each.inaccessible
            ]
            self._fields[type_name] = found
        return found
