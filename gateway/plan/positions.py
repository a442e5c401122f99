"""The position tree: what an operation wants, by place of the answer and concrete type.

A *position* is a place where objects stand. For each class of concrete types it knows two views of
the same selections: `demands`, merged by field and arguments whatever the client calls them (what
must be fetched), and `selected`, by response key in the client's order (what is answered).
"""

from __future__ import annotations

from dataclasses import dataclass

from graphql import ArgumentNode

from gateway.plan.nodes import Condition


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """A field that is wanted of an object.

    `arguments` is their canonical text, the identity of the demand together with `field`.
    `abstract` is true when some selection reaches the field without naming an object type.
    """

    field: str
    arguments: str
    argument_nodes: tuple[ArgumentNode, ...]
    when: Condition | None
    abstract: bool
    child: Position | None
    internal: bool = False
    """Wanted by the plan alone: some field below needs it as context."""

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two demands the same fetch."""
        return (self.field, self.arguments)


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """A field of the answer under its response key; `arguments` as in `Demand`."""

    response_key: str
    field: str
    arguments: str
    when: Condition | None
    child: Position | None


@dataclass(frozen=True, slots=True, eq=False)
class TypeClass:
    """Concrete types of which the same is wanted."""

    types: tuple[str, ...]
    demands: tuple[Demand, ...]
    selected: tuple[Selected, ...]
    wants_typename: bool


@dataclass(frozen=True, slots=True, eq=False)
class DeferredPart:
    """Selections of a place that may be answered later (`@defer`).

    `source` identifies the fragment in the document. `when` is the condition of deferring at all,
    `reached` the one under which the place has the fragment; `content` holds what the fragment
    selects of the types that it applies to.
    """

    source: int
    label: str | None
    when: Condition | None
    reached: Condition | None
    content: Position


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """A place of the answer. Compared by identity: equal places share one value.

    `deferred` parts are not in `classes`.
    """

    type_name: str
    classes: tuple[TypeClass, ...]
    deferred: tuple[DeferredPart, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """All concrete types that are dealt with."""
        return tuple(name for each in self.classes for name in each.types)

    def of(self, type_name: str) -> TypeClass:
        """The class of a concrete type of this position. Raises `KeyError` if it has none."""
        found = self.find(type_name)
        if found is None:
            raise KeyError(type_name)
        return found

    def find(self, type_name: str) -> TypeClass | None:
        """The class of a concrete type, if the position deals with it."""
        return next((each for each in self.classes if type_name in each.types), None)


def structure(position: Position) -> tuple[object, ...]:
    """What positions have in common that want the same; children must be shared already."""
    return (
        position.type_name,
        tuple(
            (
                each.types,
                each.wants_typename,
                tuple((d.identity, d.when, d.abstract, id(d.child)) for d in each.demands),
                tuple(
                    (s.response_key, s.field, s.arguments, s.when, id(s.child))
                    for s in each.selected
                ),
            )
            for each in position.classes
        ),
        tuple(
            (part.source, part.label, part.when, part.reached, id(part.content))
            for part in position.deferred
        ),
    )
