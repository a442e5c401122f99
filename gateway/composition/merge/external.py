"""External declarations of a field, beside the field as those who resolve it have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.composition.merge.context import Merge
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import FieldDef, InputDef, Location


@dataclass(frozen=True, slots=True)
class ExternalDeclaration:
    """A field as one subgraph borrows it, and as it is merged from those who resolve it."""

    coordinate: Coordinate
    subgraph: Subgraph
    declared: FieldDef
    merged: FieldDef
    resolving: tuple[FieldDef, ...]

    @property
    def where(self) -> str:
        """The field for messages."""
        owner, name = self.coordinate
        return f'The external field "{owner}.{name}" of subgraph "{self.subgraph.name}"'

    @property
    def sources(self) -> tuple[Location | None, ...]:
        """Where the field is resolved."""
        return tuple(item.location for item in self.resolving)

    def sources_of(self, argument: str) -> tuple[Location | None, ...]:
        """Where an argument is declared by those who resolve the field."""
        return tuple(
            item.args[argument].location for item in self.resolving if argument in item.args
        )

    def arguments(self) -> Iterator[tuple[InputDef, InputDef]]:
        """Each argument that both sides have: as it is declared, and as it is merged."""
        for name, merged in self.merged.args.items():
            if name in self.declared.args:
                yield self.declared.args[name], merged


def external_declarations(
    merge: Merge, coordinate: Coordinate, merged: FieldDef, having: list[tuple[Subgraph, FieldDef]]
) -> Iterator[ExternalDeclaration]:
    """The declarations of a field in subgraphs that do not resolve it."""
    resolving = tuple(
        item for subgraph, item in having if merge.ownership[subgraph.name].resolves(coordinate)
    )
    for subgraph, item in having:
        if not merge.ownership[subgraph.name].resolves(coordinate):
            yield ExternalDeclaration(coordinate, subgraph, item, merged, resolving)
