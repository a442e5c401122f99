"""Where an object can be had, and which selections can be obtained there.

A *frontier* is a set of vertices in which one and the same object of a known concrete type may be
at hand. Its *closure* adds every vertex that can be entered by a key obtainable so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.composition.subgraph import Coordinate
from gateway.plan.schema import Entry, PlannerSchema, Step, SubgraphType, Vertex

Frontier: TypeAlias = frozenset[Vertex]


@dataclass(slots=True)
class Obtainer:
    """Answers questions about frontiers of one supergraph under one assignment of labels."""

    schema: PlannerSchema
    labelled: Mapping[Coordinate, frozenset[str]] = field(default_factory=dict)
    """The fields that an override label moves, with the two subgraphs of each."""
    without_labelled: bool = False
    """Whether keys and requirements have to do without them, as other composers demand."""
    named: set[Coordinate] = field(default_factory=set)
    """The labelled fields that keys and requirements were found to name."""
    withheld: set[Coordinate] = field(default_factory=set)
    """Those of them that could not be had in any other subgraph."""
    _closures: dict[tuple[str, Vertex], Frontier] = field(default_factory=dict)
    _having: dict[tuple[str, Frontier], dict[str, list[Vertex]]] = field(default_factory=dict)
    _active: set[tuple[str, Vertex]] = field(default_factory=set)
    _requiring: set[tuple[str, str, Vertex]] = field(default_factory=set)
    _cuts: int = 0
    """How often a cycle was cut: results found meanwhile hold only within that cycle."""

    def narrowed(self, vertices: Iterable[Vertex], type_name: str) -> Frontier:
        """The vertices at which an object may be of this concrete type, as seen from the type."""
        found: set[Vertex] = set()
        for vertex in vertices:
            if type_name not in vertex.type.runtime:
                continue
            known = type_name in self.schema.subgraphs[vertex.graph]
            if vertex.trusted and vertex.type.name != type_name and known:
                vertex = self.schema.vertex(vertex.graph, type_name, vertex.provided)
            found.add(vertex)
        return frozenset(found)

    def closure(self, type_name: str, frontier: Frontier) -> Frontier:
        """Every vertex where the object can be had, starting from the frontier.

        Each vertex is followed by itself: what two ways to the same object could only do together
        is not counted, as the reference does not count it either.
        """
        return frozenset().union(*(self._from(type_name, vertex) for vertex in frontier))

    def _from(self, type_name: str, vertex: Vertex) -> Frontier:
        key = (type_name, vertex)
        found = self._closures.get(key)
        if found is not None:
            return found
        start = frozenset((vertex,))
        if key in self._active:
            self._cuts += 1
            return start
        self._active.add(key)
        cuts = self._cuts
        try:
            result = self._grow(type_name, start)
        finally:
            self._active.discard(key)
        if self._cuts == cuts or not self._active:
            self._closures[key] = result
        return result

    def _grow(self, type_name: str, frontier: Frontier) -> Frontier:
        reached = set(frontier)
        waiting = list(self.candidates(type_name, reached))
        while True:
            here = frozenset(reached)
            for entry in waiting:
                if entry.vertex not in reached and self.enterable(type_name, here, entry):
                    reached.add(entry.vertex)
            if len(reached) == len(here):
                return here
            # Once the concrete type is known, more keys can be used.
            waiting = [
                entry
                for entry in self.candidates(type_name, reached)
                if entry.vertex not in reached
            ]

    def candidates(self, type_name: str, vertices: Iterable[Vertex]) -> list[Entry]:
        """The entries that could be tried for an object at these vertices."""
        items = list(vertices)
        if any(vertex.trusted for vertex in items):
            return list(self.schema.entries(type_name))
        names = dict.fromkeys(vertex.type.name for vertex in items)
        return [
            entry
            for name in names
            for found in self.schema.untyped_entries(name)
            for entry in self._revealed(found, type_name)
        ]

    def _revealed(self, entry: Entry, type_name: str) -> list[Entry]:
        narrowed = self.narrowed((entry.vertex,), type_name)
        return [
            Entry(entry.graph, vertex, entry.key, entry.typename, entry.reveals)
            for vertex in narrowed
        ]

    def enterable(self, type_name: str, here: Frontier, entry: Entry) -> bool:
        """Whether the key of an entry is obtainable where the object already is."""
        return entry.key is None or self.obtainable(type_name, here, entry.key.selections)

    # --- selections ---------------------------------------------------------------------------

    def obtainable(self, type_name: str, here: Frontier, selections: SelectionSetNode) -> bool:
        """Whether all of a selection on a concrete type can be had from these vertices."""
        return self.first_missing(type_name, here, selections) is None

    def first_missing(
        self, type_name: str, here: Frontier, selections: SelectionSetNode
    ) -> str | None:
        """The coordinate of the first field of a selection that cannot be had, if any."""
        for node in selections.selections:
            if isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                on = condition.name.value if condition is not None else type_name
                if on == type_name or type_name in self.schema.possible(on):
                    missing = self.first_missing(type_name, here, node.selection_set)
                    if missing is not None:
                        return missing
            elif isinstance(node, FieldNode) and node.name.value != "__typename":
                missing = self._missing_field(type_name, here, node)
                if missing is not None:
                    return missing
        return None

    def _missing_field(self, type_name: str, here: Frontier, node: FieldNode) -> str | None:
        name = node.name.value
        if (type_name, name) in self.labelled:
            self.named.add((type_name, name))
            if self.without_labelled:
                moving = self.labelled[type_name, name]
                here = frozenset(vertex for vertex in here if vertex.graph not in moving)
        targets, resolved = self.advance(type_name, here, name, contexts=None)
        if not resolved and self.without_labelled and (type_name, name) in self.labelled:
            self.withheld.add((type_name, name))
        if not resolved:
            return f"{type_name}.{name}"
        if node.selection_set is None:
            return None
        returned = self.schema.field_type(type_name, name).named
        for concrete in self.schema.possible(returned):
            frontier = self.narrowed(targets, concrete)
            if not frontier:
                continue  # No object of that type can turn up here.
            # Mostly everything is at hand, and other subgraphs need not be considered at all.
            if self.first_missing(concrete, frontier, node.selection_set) is None:
                continue
            reached = self.closure(concrete, frontier)
            missing = self.first_missing(concrete, reached, node.selection_set)
            if missing is not None:
                return missing
        return None

    def advance(
        self,
        type_name: str,
        here: Frontier,
        name: str,
        contexts: frozenset[str] | None,
    ) -> tuple[set[Vertex], bool]:
        """Resolve a field wherever possible: the vertices it leads to, and whether any did.

        `contexts` are those set on the way; None where they are not known and not asked for.
        """
        targets: set[Vertex] = set()
        resolved = False
        for vertex in self.having(type_name, here).get(name, ()):
            step = self.schema.step(vertex, type_name, name)
            if step is None or not self.usable(type_name, vertex, name, step, contexts):
                continue
            resolved = True
            if step.target is not None:
                targets.add(step.target)
        return targets, resolved

    def having(self, type_name: str, here: Frontier) -> dict[str, list[Vertex]]:
        """Field name -> the vertices whose subgraph declares the field at all.

        A root type is at hand in every subgraph at once, so asking each of them for each field
        would take time in the square of the number of subgraphs.
        """
        key = (type_name, here)
        found = self._having.get(key)
        if found is None:
            found = self._having[key] = {}
            for vertex in here:
                holder: SubgraphType | None = vertex.type
                if vertex.trusted and vertex.type.name != type_name:
                    holder = self.schema.subgraphs[vertex.graph].get(type_name)
                for name in holder.fields if holder is not None else ():
                    found.setdefault(name, []).append(vertex)
        return found

    def usable(
        self,
        type_name: str,
        vertex: Vertex,
        name: str,
        step: Step,
        contexts: frozenset[str] | None,
    ) -> bool:
        """Whether what a step needs first can be had: contexts, requirements and the way back."""
        if contexts is not None and any(item.context not in contexts for item in step.contexts):
            return False
        if step.requires is None:
            return True
        key = (type_name, name, vertex)
        if key in self._requiring:
            self._cuts += 1
            return False
        self._requiring.add(key)
        try:
            here = self._from(type_name, vertex)
            return self.obtainable(type_name, here, step.requires.selections) and self.returns(
                type_name, here, vertex.graph
            )
        finally:
            self._requiring.discard(key)

    def returns(self, type_name: str, here: Frontier, graph: str) -> bool:
        """Whether a subgraph can be entered again once requirements were fetched elsewhere."""
        return any(
            entry.graph == graph and self.enterable(type_name, here, entry)
            for entry in self.candidates(type_name, here)
        )
