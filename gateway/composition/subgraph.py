"""A subgraph as the stages of composition see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.composition.features import Features
from gateway.composition.specs import Version
from gateway.supergraph.definitions import (
    Applied,
    FieldDef,
    Kind,
    SchemaDef,
    TypeDef,
    find,
    find_all,
)

FEDERATION_1: Final = Version(1, 0)
UPGRADED: Final = Version(2, 4)
"""The version that a Federation 1 schema has after its upgrade."""

Coordinate = tuple[str, str]
"""A field, as (type, field)."""


@dataclass(frozen=True, slots=True)
class Subgraph:
    """One subgraph: its schema with standard root names, its links and its federation version.

    Definitions that belong to a specification (`federation__FieldSet`, `_Entity`, ...) are not
    part of `schema`. `graph` is its value in the enum `join__Graph`.
    """

    name: str
    graph: str
    url: str
    schema: SchemaDef
    features: Features
    version: Version

    @property
    def federation1(self) -> bool:
        """Whether the schema links no Federation 2."""
        return self.version.major < 2

    @property
    def types(self) -> Mapping[str, TypeDef]:
        """The types by name."""
        return self.schema.types

    def on_interface_fields(self, spec: str) -> Iterator[tuple[str, Applied]]:
        """The applications of a specification's directive to interface fields, by coordinate."""
        for owner in self.types.values():
            for field in owner.fields.values() if owner.kind is Kind.INTERFACE else ():
                applied = find(field.directives, spec)
                if applied is not None:
                    yield f"{owner.name}.{field.name}", applied

    def field(self, coordinate: Coordinate) -> FieldDef | None:
        """The field at a coordinate, if there is one."""
        owner = self.types.get(coordinate[0])
        return None if owner is None else owner.fields.get(coordinate[1])


def keys(definition: TypeDef) -> list[Applied]:
    """The `@key`s of a type."""
    return find_all(definition.directives, "key")


def resolvable(key: Applied) -> bool:
    """Whether the subgraph can be entered by this key."""
    return key.args.get("resolvable") is not False


def is_interface_object(definition: TypeDef | None) -> bool:
    """Whether the type stands for an interface that another subgraph defines."""
    return (
        definition is not None
        and definition.kind is Kind.OBJECT
        and find(definition.directives, "interfaceObject") is not None
    )
