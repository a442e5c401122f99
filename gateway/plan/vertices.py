"""What the planner's tables hold: vertices, the steps from one to the next, and ways in."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.plan.subgraph_types import Provided, SubgraphType
from gateway.supergraph.model import ContextArgument, FieldSet


@dataclass(frozen=True, slots=True)
class Step:
    """How a vertex resolves a field: where it leads (None for leaves) and what it needs first."""

    target: Vertex | None
    requires: FieldSet | None = None
    contexts: tuple[ContextArgument, ...] = ()


@dataclass(slots=True, eq=False)
class Vertex:
    """A place where objects are fetched: a type of a subgraph, with what is provided there.

    Vertices are interned, so identity is equality. `trusted` is false for interface objects: the
    subgraph does not know which concrete type an object has.
    """

    id: int
    graph: str
    type: SubgraphType
    provided: Provided
    steps: dict[tuple[str, str], Step | None] = field(default_factory=dict)

    @property
    def trusted(self) -> bool:
        """Whether the subgraph knows the concrete type of an object here."""
        return not self.type.interface_object

    def __repr__(self) -> str:
        return f"{self.graph}.{self.type.name}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into a subgraph: by `key` (None: a root type, entered freely) to a vertex.

    `typename` is sent in the representation. `reveals` is true where an object whose concrete type
    was unknown has a known one afterwards.
    """

    graph: str
    vertex: Vertex
    key: FieldSet | None
    typename: str
    reveals: bool = False


class Profile:
    """A value whose hash is worked out once; equal ones are one object most of the time."""

    __slots__ = ("_content", "_hash")

    def __init__(self, content: tuple[object, ...]) -> None:
        self._content = content
        self._hash = hash(content)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Profile) and self._content == other._content)
