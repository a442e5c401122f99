"""What each subgraph of a divided world declares."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.oracle.model import FieldSpec, World


@dataclass(slots=True)
class Part:
    """What one subgraph declares of one object type.

    `own` fields are resolved here; `external` are declared but not resolved; `overridden` are
    still declared though another subgraph has taken them over.
    """

    own: dict[str, str] = field(default_factory=dict)
    external: set[str] = field(default_factory=set)
    overridden: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    """Fields of which it depends on a label whether they are resolved here, and the label."""
    keys: list[str] = field(default_factory=list)
    resolvable: bool = True
    provides: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unresolvable: set[str] = field(default_factory=set)
    """Keys that cannot be entered by, where others can."""

    @property
    def declared(self) -> set[str]:
        """All fields that the subgraph's type has, those of keys apart."""
        return {*self.own, *self.external, *self.overridden}


@dataclass(slots=True)
class SubgraphPlan:
    """What one subgraph declares: parts of object types and root fields."""

    name: str
    parts: dict[str, Part] = field(default_factory=dict)
    abstract: set[str] = field(default_factory=set)
    members: dict[str, set[str]] = field(default_factory=dict)
    """The members of unions of which this subgraph does not know all."""
    interface_keys: set[str] = field(default_factory=set)
    interface_object: str | None = None
    extensions: dict[str, FieldSpec] = field(default_factory=dict)
    external: set[str] = field(default_factory=set)
    """Fields of the interface object that another subgraph's contributes."""
    queries: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    """Field name to (SDL signature, named type, shared)."""
    mutations: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, str] = field(default_factory=dict)
    payloads: set[str] = field(default_factory=set)
    """Mutations that answer with an object that holds the entity and, perhaps, `Query`."""
    contexts: set[str] = field(default_factory=set)
    """Types that set the context of this subgraph."""


@dataclass(slots=True)
class Partition:
    """All subgraphs of a case, and the fields and types hidden from the public schema.

    `labels` are those of progressive overrides; `on` says which of them are on at present.
    """

    world: World
    subgraphs: dict[str, SubgraphPlan]
    hidden: set[tuple[str, str]] = field(default_factory=set)
    labels: list[str] = field(default_factory=list)
    on: dict[str, bool] = field(default_factory=dict)
    hidden_types: set[str] = field(default_factory=set)
    namespaced: set[str] = field(default_factory=set)
    """Root fields that stand in a namespace."""

    def finish_overrides(self) -> None:
        """Let the new subgraphs have for good what depends on labels."""
        for plan in self.subgraphs.values():
            for part in plan.parts.values():
                for name, label in part.labels.items():
                    if name in part.own:
                        part.own[name] = part.own[name].replace(f', label: "{label}"', "")
                part.labels = {}
        self.labels = []


def touch(
    partition: Partition, plan: SubgraphPlan, target: str, members: tuple[str, ...] = ()
) -> None:
    """Make sure that a subgraph which returns a type declares it (and what it may be)."""
    world = partition.world
    if target in world.interfaces or target in world.unions:
        plan.abstract.add(target)
    if members:
        plan.members.setdefault(target, set()).update(members)
    for concrete in members or world.concrete(target):
        if concrete in world.objects:
            plan.parts.setdefault(concrete, Part())
