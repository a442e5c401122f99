"""An `@override` as the rules about it see it, and what overriding does to a field."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import Applied, FieldDef, TypeDef


@dataclass(frozen=True, slots=True)
class OverrideUse:
    """One `@override`: who takes which field over from whom. Rules report to `merge`."""

    merge: Merge
    coordinate: Coordinate
    subgraph: Subgraph
    owner: TypeDef
    definition: FieldDef
    applied: Applied
    origin: str

    @property
    def element(self) -> str:
        """The field for messages."""
        return f'"{self.coordinate[0]}.{self.coordinate[1]}"'


@dataclass(slots=True)
class Overrides:
    """What overriding does to one field, by subgraph name."""

    unused: set[str] = field(default_factory=set)
    """The field is overridden there, and nothing there needs it."""
    used: set[str] = field(default_factory=set)
    """The field is overridden there, but kept because that subgraph needs it itself."""
    labels: dict[str, str] = field(default_factory=dict)
    """On both sides of an override that depends on a label."""

    unknown_source: set[str] = field(default_factory=set)
    """The override names a subgraph that does not exist."""
    idle: set[str] = field(default_factory=set)
    """The override has nothing to take over, as the named subgraph does not resolve the field."""

    def overridden(self, subgraph: Subgraph) -> bool:
        """Whether the field is overridden there, label or not."""
        return subgraph.name in self.unused or subgraph.name in self.used

    def left_out(self, subgraph: Subgraph) -> bool:
        """Whether the field is gone from the subgraph for good."""
        return subgraph.name in self.unused and subgraph.name not in self.labels
