"""A supergraph as the runtime sees it: types, and which subgraph has what of them.

The values here are what the join directives of a supergraph document say, without interpretation:
which field a subgraph can *resolve* follows from them in the planner's tables
(`gateway/plan/schema.py`). Names are those of the supergraph. All values are immutable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import DirectiveNode, DocumentNode, SelectionSetNode

from gateway.supergraph.definitions import Kind as Kind  # The kinds are part of this model too.


@dataclass(frozen=True, slots=True)
class TypeReference:
    """The type of a field or argument: a named type and which of its layers may be null.

    `nullable[0]` is about the value itself, each further entry about the items one list level
    deeper: `[T!]!` is `(False, False)`.
    """

    named: str
    nullable: tuple[bool, ...] = (True,)

    @property
    def list_depth(self) -> int:
        """How many list layers wrap the named type."""
        return len(self.nullable) - 1

    def __str__(self) -> str:
        text = self.named + ("" if self.nullable[-1] else "!")
        for may_be_null in reversed(self.nullable[:-1]):
            text = f"[{text}]" + ("" if may_be_null else "!")
        return text


@dataclass(frozen=True, slots=True)
class Graph:
    """A subgraph: its value in the `join__Graph` enum, its name and its address."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class FieldSet:
    """A selection of fields as directives write it: its text and the parsed form."""

    text: str
    selections: SelectionSetNode = field(compare=False, hash=False, repr=False)


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that a subgraph gets from an ancestor of the object, unseen by clients.

    `context` is the supergraph-wide name of the context, `selection` the value's path as text:
    a selection set, perhaps with one inline fragment for each type that sets the context.
    """

    name: str
    type: str
    context: str
    selection: FieldSet


@dataclass(frozen=True, slots=True)
class JoinField:
    """What one subgraph says of a field (`@join__field`).

    `graph` is None on fields that objects got from an interface object: nobody has them under the
    object's own name. `override` is the *name* of the subgraph that the field was taken from.
    """

    graph: str | None
    requires: FieldSet | None = None
    provides: FieldSet | None = None
    type: TypeReference | None = None
    external: bool = False
    override: str | None = None
    override_label: str | None = None
    used_overridden: bool = False
    context_arguments: tuple[ContextArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinType:
    """That a subgraph has a type, and one of the keys it is known by there (`@join__type`)."""

    graph: str
    key: FieldSet | None = None
    extension: bool = False
    resolvable: bool = True
    is_interface_object: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field, or a field of an input object."""

    name: str
    type: TypeReference
    directives: tuple[DirectiveNode, ...] = field(default=(), compare=False, hash=False, repr=False)
    inaccessible: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object, an interface or (without arguments) an input object.

    `joins` empty means: every subgraph that has the parent type has it, with this type.
    """

    name: str
    type: TypeReference
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    joins: tuple[JoinField, ...] = ()
    directives: tuple[DirectiveNode, ...] = field(default=(), compare=False, hash=False, repr=False)
    inaccessible: bool = False


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A value of an enum; `graphs` empty means every subgraph that has the enum."""

    name: str
    graphs: tuple[str, ...] = ()
    inaccessible: bool = False


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """A named type.

    `implements` and `members` map a subgraph to the interfaces (an object's, an interface's) or
    member objects (a union's) there. `interfaces` are those of the supergraph as a whole.
    `owner` is the owning subgraph in supergraphs of the first join version.
    """

    name: str
    kind: Kind
    joins: tuple[JoinType, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    interfaces: tuple[str, ...] = ()
    implements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, EnumValue] = field(default_factory=dict)
    contexts: tuple[str, ...] = ()
    owner: str | None = None
    directives: tuple[DirectiveNode, ...] = field(default=(), compare=False, hash=False, repr=False)
    inaccessible: bool = False

    def graphs(self) -> tuple[str, ...]:
        """The subgraphs that have the type, each once, in the order of the document."""
        return tuple(dict.fromkeys(join.graph for join in self.joins))


@dataclass(frozen=True, slots=True)
class Feature:
    """A specification that the document links: `identity` without version, `name` as used here."""

    identity: str
    name: str
    version: tuple[int, int]
    purpose: str | None = None
    imports: Mapping[str, str] = field(default_factory=dict)
    """Elements used without the feature's name: from the specification's name to the local one."""


@dataclass(frozen=True, slots=True)
class Supergraph:
    """Everything the planner and the public schema are made from.

    `graphs` maps a subgraph's enum value to it. `possible_types` maps each object, interface and
    union to its concrete types, hidden ones included. `query`, `mutation` and `subscription` are
    names of root types. `document` is the parsed text, for whoever reads further directives.
    """

    graphs: Mapping[str, Graph]
    types: Mapping[str, TypeDefinition]
    possible_types: Mapping[str, tuple[str, ...]]
    query: str
    mutation: str | None = None
    subscription: str | None = None
    features: tuple[Feature, ...] = ()
    document: DocumentNode = field(
        default_factory=DocumentNode, compare=False, hash=False, repr=False
    )

    def urls(self) -> dict[str, str]:
        """The address of each subgraph, by the subgraph's name."""
        return {graph.name: graph.url for graph in self.graphs.values()}

    def root(self, kind: str) -> str | None:
        """The root type of an operation of this kind (`query`, `mutation`, `subscription`)."""
        return {
            "query": self.query,
            "mutation": self.mutation,
            "subscription": self.subscription,
        }.get(kind)

    def public_types(self, name: str) -> tuple[str, ...]:
        """The concrete types of a type that clients may see."""
        return tuple(
            each for each in self.possible_types.get(name, ()) if not self.types[each].inaccessible
        )
