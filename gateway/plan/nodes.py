"""The query plan: pure data, made by the planner and run by the executor.

A plan is a directed acyclic graph of fetches and the shape of the answer. Every fetch writes into
one *merged tree*: nested dicts and lists whose dict keys are *wire keys*. A wire key is the name
under which a subgraph was asked for a field: the field's own name, unless two uses of that field
at one position could not share it. Client aliases exist only in `Output`, which maps wire keys to
response keys. That keeps a client's alias from ever colliding with a key field.

Nothing here holds behaviour beyond simple derived properties; all values are immutable and
compare by content, so plans can be cached, printed and tested as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class OperationKind(StrEnum):
    """The operation types of the GraphQL specification."""

    QUERY = "query"
    MUTATION = "mutation"
    SUBSCRIPTION = "subscription"


# --- conditions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Literal:
    """True when the client's Boolean variable has this value (`@include` / `@skip`)."""

    variable: str
    value: bool


Condition = tuple[tuple[Literal, ...], ...]
"""A disjunction of conjunctions, both sorted. `None` in place of a condition means always."""


# --- types ------------------------------------------------------------------------------------


class TypeKind(StrEnum):
    """What a field's named type is, as far as merging and projection care."""

    SCALAR = "scalar"
    ENUM = "enum"
    OBJECT = "object"
    ABSTRACT = "abstract"


@dataclass(frozen=True, slots=True)
class TypeShape:
    """A field's type: its named type and which layers of it may be null.

    `nullable[0]` speaks of the value itself and each further entry of the items one list level
    deeper, so `[T!]!` is `(False, False)` and `[[T]]` is `(True, True, True)`.
    """

    named: str
    kind: TypeKind
    nullable: tuple[bool, ...] = (True,)

    @property
    def list_depth(self) -> int:
        """How many list layers wrap the named type."""
        return len(self.nullable) - 1


# --- paths ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """Step into the value under a wire key."""

    name: str


@dataclass(frozen=True, slots=True)
class Each:
    """Step to every element of a list: one `Each` for each list level."""


@dataclass(frozen=True, slots=True)
class OfType:
    """Keep the object only if its merged `__typename` is one of these."""

    types: tuple[str, ...]


PathStep = Key | Each | OfType
Path = tuple[PathStep, ...]


# --- what is asked of a subgraph --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WireField:
    """One field of a fetch, as the subgraph was asked for it.

    `on` names the concrete types for which it is selected (`None`: for every type possible here).
    `internal` marks what only the plan needs (keys, requirements, `__typename`) and no client sees.
    `type` is the supergraph's type. `subgraph_type` is the subgraph's own where it differs.
    """

    key: str
    name: str
    type: TypeShape
    children: tuple[WireField, ...] = ()
    on: tuple[str, ...] | None = None
    when: Condition | None = None
    internal: bool = False
    subgraph_type: TypeShape | None = None


@dataclass(frozen=True, slots=True)
class KeyField:
    """One field of a representation.

    `source` is the wire key it is read from, `name` the field's name in the representation.
    A null under a field with `is_key` drops the representation; a null elsewhere is sent. An
    absent field always drops it. `on` limits a field to concrete types of the object it is in.
    """

    name: str
    source: str
    children: tuple[KeyField, ...] = ()
    on: tuple[str, ...] | None = None
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Representation:
    """How to identify an object of certain types to a subgraph.

    `on` are the merged `__typename`s it serves; `None` serves any object, its type known or not
    (an interface object's). `typename` is sent as `__typename`; `None` sends the object's own.
    """

    on: tuple[str, ...] | None
    typename: str | None
    fields: tuple[KeyField, ...]


@dataclass(frozen=True, slots=True)
class ContextSource:
    """Where the value of a context is: at an ancestor of the target object.

    It is found by going up to the ancestor at the first `ancestor` steps of the target's path and
    down the wire keys of `keys` from there. `on` are the `__typename`s of ancestors that it is for
    (`None`: whatever stands there).
    """

    ancestor: int
    keys: tuple[str, ...]
    on: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """A value of `@context` that a call's variable takes, per target object.

    It is that of the first of the `sources`, nearest ancestors first, that is for the ancestor that
    a target has. Targets with different values go in separate requests.
    """

    variable: str
    sources: tuple[ContextSource, ...]


@dataclass(frozen=True, slots=True)
class EntityCall:
    """One aliased `_entities(representations: $variable)` field of a fetch.

    Objects are collected at every path of `targets` (equal representations are sent once) and the
    answer's i-th entity is merged into each object that the i-th representation stands for.
    """

    alias: str
    variable: str
    representations: tuple[Representation, ...]
    targets: tuple[Path, ...]
    selection: tuple[WireField, ...]
    when: Condition | None = None
    include_variable: str | None = None
    """A Boolean variable of the fetch that says whether this alias is wanted (`@include`)."""
    contexts: tuple[ContextArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class RootCall:
    """Fields of a root type. They are merged into the objects at `target` (`()`: the answer)."""

    target: Path
    selection: tuple[WireField, ...]


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request to one subgraph.

    `document` is the whole operation text, `variables` the client's variables that it declares.
    `depends_on` are ids of fetches that must have been merged (or have failed) before it starts.
    A fetch without a live target sends nothing. `when` false means it is not sent at all.
    """

    id: int
    subgraph: str
    kind: OperationKind
    document: str
    operation_name: str | None = None
    variables: tuple[str, ...] = ()
    root: RootCall | None = None
    entities: tuple[EntityCall, ...] = ()
    depends_on: tuple[int, ...] = ()
    when: Condition | None = None


# --- what the client gets ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutputField:
    """One field of the answer.

    `source` is the wire key it is read from. `on` limits it to concrete runtime types; `when` to
    values of the client's variables. `verbatim` values (introspection) are not walked.
    """

    response_key: str
    source: str
    name: str
    type: TypeShape
    shape: Output | None = None
    on: tuple[str, ...] | None = None
    when: Condition | None = None
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """The fields of an object of the answer, in the order in which the client gets them.

    `type_name` is the position's type in the public schema and `possible` its concrete types there:
    an object of any other type becomes null with an error. A field `__typename` of an object whose
    position has one possible type is known without asking. Where the same response key stands more
    than once (under different `on`), at most one applies to an object unless they are the same.
    """

    type_name: str
    possible: tuple[str, ...]
    fields: tuple[OutputField, ...]


@dataclass(frozen=True, slots=True)
class Deferred:
    """A part of the answer that is delivered after the first payload (`@defer`).

    `path` leads (in wire keys) to the objects that `output` completes and `response_path` is the
    same path in response keys; `fetches` are those of the plan that must be done before. `when` is
    the condition of deferring it at all, `reached` the one under which the client gets to it: a
    part that is not reached is in no payload. `parent` is the index of the enclosing deferred part.
    """

    label: str | None
    path: Path
    response_path: Path
    output: Output
    fetches: tuple[int, ...]
    when: Condition | None = None
    reached: Condition | None = None
    parent: int | None = None


# --- the plan ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanCost:
    """What the planner minimised, in this order."""

    fetches: int = 0
    stages: int = 0
    fields: int = 0


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """Everything that is known about an operation before its variables are.

    `fetches` are in topological order and `fetches[i].id == i`. `primary` are the ids that the
    first payload needs (all of them without `@defer`). A subscription's event source is the fetch
    `subscription`; the others run once for each event. `passthrough` is a document that may be
    sent instead of `fetches[0].document` and whose answer is, byte for byte, the client's answer.
    `introspection` is an operation that the gateway answers from its public schema; its result is
    merged at the root before projection. `enums` lists the public values of each enum in `output`.
    """

    kind: OperationKind
    fetches: tuple[Fetch, ...]
    output: Output
    deferred: tuple[Deferred, ...] = ()
    primary: tuple[int, ...] = ()
    subscription: int | None = None
    passthrough: str | None = None
    introspection: str | None = None
    enums: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cost: PlanCost = PlanCost()
    explanation: tuple[str, ...] = ()
