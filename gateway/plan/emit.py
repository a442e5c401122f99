"""Draw up the fetches of a solution: a walk over placements that fills the fetch graph.

Every placement puts its field into the selection of its location. A unit's fetch is opened when the
first field is placed there, and what it needs for keys and requirements is placed at the same time;
the fetches that hold those fields become its dependencies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from gateway.plan.conditions import both
from gateway.plan.contexts import take_contexts
from gateway.plan.fetch_graph import (
    CONCRETE,
    FetchGraph,
    FetchNode,
    FieldUse,
    RepresentationDraft,
    Selection,
    contradict,
    inconsistent,
)
from gateway.plan.nodes import Condition, Each, Key, OfType, Path
from gateway.plan.positions import DeferredPart
from gateway.plan.representations import RepresentationFields
from gateway.plan.schema import PlannerSchema
from gateway.plan.solution import Placement, Solution, apart_for
from gateway.plan.visit import EmittedPart, Place, Spot, Visit
from gateway.plan.wires import WireNames


class Emitter:
    """Emits solutions into one fetch graph."""

    def __init__(
        self,
        schema: PlannerSchema,
        graph: FetchGraph,
        wires: WireNames,
        variables: Collection[str] = (),
    ) -> None:
        """`variables` are names that the client has taken."""
        self._schema = schema
        self._graph = graph
        self._wires = wires
        self._variables = variables
        self._fields = RepresentationFields(schema, wires)
        self.deferred: list[EmittedPart] = []

    def emit(
        self,
        solution: Solution,
        spots: tuple[Spot | None, ...],
        place: Place,
        *,
        internal: bool = False,
        reuse: FetchNode | None = None,
        part_of: Visit | None = None,
    ) -> set[int]:
        """Emit a solution whose entries are fetched at `spots`; returns all fetches it uses.

        `reuse` is an open root fetch that further root fields of its subgraph may join. `part_of`
        is the visit that a deferred part's is a part of, at the same place.
        """
        types = tuple(name for each in solution.classes for name in each.types)
        visit = Visit(solution, spots, place, types)
        if part_of is not None:
            visit.among = part_of.among
            visit.answered = {each: set(used) for each, used in part_of.answered.items()}
        if reuse is not None:
            for number, unit in enumerate(solution.units):
                if unit.graph == reuse.graph:
                    visit.opened[(number + len(solution.entries), 0, 0)] = reuse
        self._typename(visit, internal)
        grouped = _grouped(
            (placement, index)
            for index, each in enumerate(solution.classes)
            for placement in each.placements
        )
        for placement, classes in sorted(grouped, key=lambda each: not each[0].demand.internal):
            demand = placement.demand
            used = self._place(
                visit, placement, classes, demand.when, internal=internal or demand.internal
            )
            visit.answered.setdefault(demand.identity, set()).update(used)
        for part, content in solution.deferred:
            self._defer(visit, part, content)
        return visit.used

    def _defer(self, visit: Visit, part: DeferredPart, content: Solution) -> None:
        place = visit.place
        path = place.path
        types = part.content.types
        if set(types) != set(visit.among):
            path = (*path, OfType(types))
            place = replace(place, found_by=place.found_by | self._typed_by(visit))
        index = len(self.deferred)
        self.deferred.append(EmittedPart(part.source, path, place.wire_path, place.deferred))
        self.emit(content, visit.spots, replace(place, deferred=index), part_of=visit)

    # --- the concrete type ------------------------------------------------------------------------

    def _typename(self, visit: Visit, internal: bool) -> None:
        solution = visit.solution
        position = solution.position
        wanted = any(each.wants_typename for each in position.classes)
        internal = internal or visit.place.deferred is not None
        # Representations name the type of what stands at an abstract place, even if only one is
        # possible there, or the same is wanted of all.
        wanted_within = internal and self._schema.is_abstract(position.type_name)
        if solution.typename_at is None:
            if wanted_within or (internal and wanted):
                spot = next((each for each in visit.spots if each and each.selection.trusted), None)
                if spot is not None:
                    spot.selection.want_typename(True)
            return
        public = set(visit.types)
        hidden = any(
            not entry.type.runtime <= public for entry in solution.entries if entry.trusted
        )
        many = len(position.classes) > 1 or len(solution.classes) > 1
        if not (wanted or wanted_within or many or hidden or solution.units):
            return
        at = solution.typename_at
        if at < len(solution.entries):
            spot = visit.spots[at]
            if spot is not None:
                spot.selection.want_typename(internal or not wanted)
                visit.used.add(spot.node.id)
            return
        for index, each in enumerate(solution.classes):
            if each.types:
                node, selection = self._unit(visit, at, index, None)
                selection.want_typename(internal or not wanted)
                visit.used.add(node.id)

    def _typed_by(self, visit: Visit) -> set[int]:
        """The fetch that tells the concrete types of the visited objects."""
        at = visit.solution.typename_at
        if at is None:
            return set()
        if at < len(visit.solution.entries):
            spot = visit.spots[at]
            return {spot.node.id} if spot is not None else set()
        node = visit.opened.get((at, 0, 0))
        return {node.id} if node is not None else set()

    # --- placing ----------------------------------------------------------------------------------

    def _place(
        self,
        visit: Visit,
        placement: Placement,
        classes: tuple[int, ...],
        when: Condition | None,
        *,
        internal: bool,
        use_when: Condition | None = None,
    ) -> set[int]:
        """Place one field for some classes; returns the fetches that answer it entirely."""
        demand = placement.demand
        consumer = use_when if internal else when
        groups: dict[tuple[object, ...], tuple[str, list[Spot], list[str]]] = {}
        for index in classes:
            sites = [
                Spot(*self._location(visit, at, index, consumer, inputs))
                for at, inputs in zip(placement.at, placement.inputs, strict=True)
            ]
            same = tuple(id(site.selection) for site in sites)
            for name in visit.solution.classes[index].types:
                key = self._wires.name(visit.place.wire_path, name, demand.field, demand.arguments)
                groups.setdefault((key, same), (key, sites, []))[2].append(name)
        used: set[int] = set()
        for key, sites, names in groups.values():
            members = tuple(names)
            spots: list[Spot] = []
            for order, site in enumerate(sites):
                used.add(site.node.id)
                below = site.selection.select(
                    FieldUse(
                        key=key,
                        name=demand.field,
                        arguments=demand.argument_nodes,
                        argument_text=demand.arguments,
                        types=members,
                        when=None if internal else when,
                        internal=internal,
                        child=self._child_selection(placement, order),
                        variables=self._given(visit, site.node, placement),
                    )
                )
                if below is not None:
                    spots.append(Spot(site.node, below))
            if placement.child is not None and spots:
                under = visit.place.when if internal else both(visit.place.when, when)
                used |= self._below(visit, placement, key, members, tuple(spots), internal, under)
        visit.used |= used
        return used

    def _given(
        self, visit: Visit, node: FetchNode, placement: Placement
    ) -> tuple[tuple[str, str, str], ...]:
        return take_contexts(
            self._schema, self._wires, self._variables, visit, node, placement.contexts
        )

    @staticmethod
    def _child_selection(placement: Placement, order: int) -> Selection | None:
        if placement.child is None:
            return None
        vertex = placement.child.entries[order]
        return Selection(vertex.graph, vertex.type.name, vertex.trusted)

    def _below(
        self,
        visit: Visit,
        placement: Placement,
        key: str,
        members: tuple[str, ...],
        spots: tuple[Spot, ...],
        internal: bool,
        under: Condition | None,
    ) -> set[int]:
        assert placement.child is not None  # noqa: S101  # the caller has checked
        place = visit.place
        path: Path = place.path
        found_by = {spots[0].node.id, *place.found_by}
        if set(members) != set(visit.among):
            path = (*path, OfType(members))
            found_by |= self._typed_by(visit)
        reference = self._schema.field_type(members[0], placement.demand.field)
        path = (*path, Key(key), *(Each() for _ in range(reference.list_depth)))
        above = (*place.above, visit)
        below = Place(
            path,
            (*place.wire_path, key),
            frozenset(found_by),
            place.barrier,
            above,
            place.deferred,
            under,
        )
        return self.emit(placement.child, spots, below, internal=internal)

    # --- locations --------------------------------------------------------------------------------

    def _location(
        self,
        visit: Visit,
        at: int,
        index: int,
        when: Condition | None,
        inputs: tuple[Placement, ...],
    ) -> tuple[FetchNode, Selection]:
        if at < len(visit.solution.entries):
            spot = visit.spots[at]
            if spot is None:
                raise inconsistent("a field is placed at an entry that is not fetched")
            return spot.node, spot.selection
        node, selection = self._unit(visit, at, index, when)
        if inputs:
            types = visit.solution.classes[index].types
            needed = self._fields.fields(inputs, types, visit.place.wire_path, False)
            twin = 0
            while any(
                contradict(draft.fields, needed)
                for name, draft in node.representations.items()
                if name is None or name in types
            ):
                twin += 1
                node, selection = self._unit(visit, at, index, when, twin)
            self._require(visit, node, index, inputs, when, is_key=False)
        return node, selection

    def _unit(
        self, visit: Visit, at: int, index: int, when: Condition | None, twin: int = 0
    ) -> tuple[FetchNode, Selection]:
        """The fetch of a unit, opened for a class of objects if it was not yet.

        A `twin` sends the same objects with other values of what their fields require.
        """
        unit = visit.solution.units[at - len(visit.solution.entries)]
        entrance = unit.entrances[index]
        if entrance is None:
            raise inconsistent("a field is placed at a unit that its objects cannot enter")
        entry = entrance.entry
        place = visit.place
        apart = 0 if entry.vertex.trusted or unit.untyped else apart_for(visit.solution, at, index)
        node = visit.opened.get((at, apart, twin))
        if node is None:
            node = visit.opened[(at, apart, twin)] = self._graph.open(
                graph=unit.graph,
                root=entry.key is None,
                path=place.path,
                wire_path=place.wire_path,
                types=visit.types,
                # Where only one concrete type is possible, no subgraph is asked which it is.
                abstract=self._schema.is_abstract(visit.solution.position.type_name)
                and len(self._schema.possible(visit.solution.position.type_name)) > 1,
                depends_on=set(place.found_by),
                barrier=place.barrier,
                defer=place.deferred,
                under=place.when,
            )
        node.use(when)
        vertex = entry.vertex
        if entry.key is None:
            return node, node.selection(vertex.type.name, True)
        concrete = not self._schema.is_abstract(vertex.type.name)
        static = CONCRETE if concrete else vertex.type.name
        selection = node.selection(static, vertex.trusted)
        if (at, index, twin) not in visit.entered:
            visit.entered.add((at, index, twin))
            for name in visit.solution.classes[index].types:
                known: str | None = None if unit.untyped else name
                if known not in node.representations:
                    typename = None if concrete else entry.typename
                    node.representations[known] = RepresentationDraft(typename)
            self._require(visit, node, index, entrance.inputs, when, is_key=True, unit=at)
            if not unit.untyped and node.abstract:
                node.depends_on |= self._typed_by(visit) - {node.id}
        return node, selection

    def _require(
        self,
        visit: Visit,
        node: FetchNode,
        index: int,
        inputs: tuple[Placement, ...],
        when: Condition | None,
        *,
        is_key: bool,
        unit: int | None = None,
    ) -> None:
        """Place what the fetch must be told about the objects of a class."""
        solved = visit.solution.classes[index]
        for placement in inputs:
            used = self._place(visit, placement, (index,), None, internal=True, use_when=when)
            node.depends_on |= used - {node.id}
            # Entries are there for the objects' own sake, under the conditions of those.
            node.inputs |= used - {node.id} - {spot.node.id for spot in visit.spots if spot}
        fields = self._fields.fields(inputs, solved.types, visit.place.wire_path, is_key)
        untyped = None in node.representations
        for name in solved.types:
            node.representations[None if untyped else name].require(fields)


def _grouped(
    placements: Iterable[tuple[Placement, int]],
) -> list[tuple[Placement, tuple[int, ...]]]:
    """Placements that are the same for several classes, together."""
    groups: dict[tuple[object, ...], tuple[Placement, list[int]]] = {}
    for placement, index in placements:
        demand = placement.demand
        if any(placement.inputs) or placement.contexts:
            key: tuple[object, ...] = (id(placement),)
        else:
            key = (demand.identity, placement.at, id(placement.child), demand.when)
        groups.setdefault(key, (placement, []))[1].append(index)
    return [(placement, tuple(indices)) for placement, indices in groups.values()]
