"""The fetch graph: what will be asked of whom, before it is printed. Passes work on it in place.

This is the one mutable stage of planning; it lives from the emission of a solution to the printing
of the plan's fetches.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graphql import ArgumentNode

from gateway.errors import Code, InternalError
from gateway.plan.conditions import either
from gateway.plan.nodes import Condition, ContextArgument, KeyField, Path
from gateway.plan.wires import WirePath

CONCRETE = ""
"""The static type of an entity selection that names concrete types only."""


@dataclass(slots=True, eq=False)
class FieldUse:
    """A field selected for objects of some concrete types."""

    key: str
    name: str
    arguments: tuple[ArgumentNode, ...]
    argument_text: str
    types: tuple[str, ...]
    when: Condition | None
    internal: bool
    child: Selection | None
    variables: tuple[tuple[str, str, str], ...] = ()
    """Arguments that the plan gives: their name, the variable's name and its type."""


@dataclass(slots=True, eq=False)
class Selection:
    """What a fetch selects of the objects at one place.

    `type_name` is the type of the place in the subgraph's own schema (`CONCRETE` for entities).
    """

    graph: str
    type_name: str
    trusted: bool
    uses: list[FieldUse] = field(default_factory=list)
    typename: bool = False
    typename_internal: bool = True

    def select(self, use: FieldUse) -> Selection | None:
        """Add a field, merging it with an equal one; returns the selection below it."""
        for known in self.uses:
            if known.key != use.key:
                continue
            if known.types == use.types and known.when == use.when:
                known.internal = known.internal and use.internal
                if known.child is not None and use.child is not None:
                    known.child.absorb(use.child)
                return known.child
            if known.types == use.types and known.child is None:
                known.when = either(known.when, use.when)
                known.internal = known.internal and use.internal
                return None
            if (
                use.child is None
                and known.when is None
                and use.internal
                and set(use.types) <= set(known.types)
            ):
                return None
        self.uses.append(use)
        return use.child

    def absorb(self, other: Selection) -> None:
        """Take over everything another selection of the same place selects."""
        if other is self:
            return
        self.typename = self.typename or other.typename
        self.typename_internal = self.typename_internal and other.typename_internal
        for use in other.uses:
            self.select(use)

    def want_typename(self, internal: bool) -> None:
        """Ask for the concrete type."""
        self.typename = True
        self.typename_internal = self.typename_internal and internal


@dataclass(slots=True, eq=False)
class RepresentationDraft:
    """What identifies objects of one concrete type to the fetch; `typename` as it is sent."""

    typename: str | None
    fields: list[KeyField] = field(default_factory=list)

    def require(self, needed: tuple[KeyField, ...]) -> None:
        """Add fields, merging those of the same name and source."""
        self.fields = list(merge_key_fields((*self.fields, *needed)))


@dataclass(slots=True, eq=False)
class FetchNode:
    """A request to be: root fields, or entities at `path`.

    `selections` are by the static type they are on. `representations` are by concrete type; the
    key None stands for objects whose type is not known. `when` is the disjunction of its uses.
    `inputs` are those of the fetches it depends on that its representations are made from. `under`
    is the condition on the way to its objects, without which what it has to be told is not there.
    """

    id: int
    graph: str
    root: bool
    path: Path
    wire_path: WirePath
    types: tuple[str, ...] = ()
    abstract: bool = False
    selections: dict[str, Selection] = field(default_factory=dict)
    representations: dict[str | None, RepresentationDraft] = field(default_factory=dict)
    depends_on: set[int] = field(default_factory=set)
    inputs: set[int] = field(default_factory=set)
    when: Condition | None = ()
    contexts: list[ContextArgument] = field(default_factory=list)
    barrier: int = 0
    defer: int | None = None
    under: Condition | None = None

    def use(self, when: Condition | None) -> None:
        """Note under which condition the fetch is needed."""
        self.when = either(self.when, when)

    def selection(self, type_name: str, trusted: bool) -> Selection:
        """The selection on a static type, made if need be."""
        found = self.selections.get(type_name)
        if found is None:
            found = self.selections[type_name] = Selection(self.graph, type_name, trusted)
        return found


@dataclass(slots=True, eq=False)
class FetchGraph:
    """All fetches of a plan by id, in the order in which they were opened."""

    nodes: dict[int, FetchNode] = field(default_factory=dict)
    last: int = -1

    def open(self, **values: object) -> FetchNode:
        """Add a fetch."""
        self.last += 1
        node = FetchNode(id=self.last, **values)  # type: ignore[arg-type]
        self.nodes[node.id] = node
        return node

    def ancestors(self) -> dict[int, set[int]]:
        """For each fetch, all that must be done before it."""
        found: dict[int, set[int]] = {}

        def visit(number: int) -> set[int]:
            known = found.get(number)
            if known is None:
                known = found[number] = set()
                for other in self.nodes[number].depends_on:
                    known.add(other)
                    known |= visit(other)
            return known

        for number in self.nodes:
            visit(number)
        return found

    def replace(self, gone: int, kept: int) -> None:
        """Let everything that waited for one fetch wait for another; the first disappears."""
        node = self.nodes.pop(gone)
        self.nodes[kept].depends_on |= node.depends_on
        self.nodes[kept].inputs |= node.inputs
        for other in self.nodes.values():
            if gone in other.depends_on:
                other.depends_on.discard(gone)
                other.depends_on.add(kept)
            if gone in other.inputs:
                other.inputs.discard(gone)
                other.inputs.add(kept)
        self.nodes[kept].depends_on.discard(kept)
        self.nodes[kept].inputs.discard(kept)


def merge_key_fields(fields: tuple[KeyField, ...]) -> tuple[KeyField, ...]:
    """Merge fields of a representation that are read from the same place."""
    merged: dict[tuple[str, str, tuple[str, ...] | None], KeyField] = {}
    for each in fields:
        identity = (each.name, each.source, each.on)
        known = merged.get(identity)
        if known is None:
            merged[identity] = each
        else:
            merged[identity] = KeyField(
                each.name,
                each.source,
                merge_key_fields((*known.children, *each.children)),
                each.on,
                known.is_key or each.is_key,
            )
    return tuple(merged.values())


def contradict(left: Iterable[KeyField], right: Iterable[KeyField]) -> bool:
    """Whether a representation with both would have one field with two values.

    That happens where requirements name the same field with different arguments.
    """
    others = tuple(right)
    return any(
        one.name == other.name
        and (one.on is None or other.on is None or not set(one.on).isdisjoint(other.on))
        and (one.source != other.source or contradict(one.children, other.children))
        for one in left
        for other in others
    )


def inconsistent(reason: str) -> InternalError:
    """The error for a plan that cannot be drawn up: a fault of the planner, not of the client."""
    return InternalError(f"The plan is inconsistent: {reason}.", Code.QUERY_PLANNING_FAILED)
