"""Who resolves what: which fields a subgraph owns, borrows, provides, shares and uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.composition.selections import Role, Selection, read_selections, walk
from gateway.composition.subgraph import Coordinate, Subgraph
from gateway.supergraph.definitions import Kind, TypeDef, find


@dataclass(frozen=True, slots=True)
class Ownership:
    """Facts about the fields of one subgraph, as sets of coordinates.

    - `external`: marked `@external` in earnest; a key field so marked on an extended type is
      resolved all the same and is not in here;
    - `provided`: external, yet reachable through some `@provides`;
    - `shareable`: others may resolve these as well;
    - `used`: a key, requires, provides or contextual argument of the subgraph needs these;
    - `in_interface`: these stand for a field of an interface that the subgraph defines.
    """

    selections: tuple[Selection, ...]
    external: frozenset[Coordinate]
    provided: frozenset[Coordinate]
    shareable: frozenset[Coordinate]
    used: frozenset[Coordinate]
    in_interface: frozenset[Coordinate]

    def resolves(self, coordinate: Coordinate) -> bool:
        """Whether the subgraph resolves the field at least somewhere without help."""
        return coordinate not in self.external

    def fully_external(self, coordinate: Coordinate) -> bool:
        """Whether the subgraph never resolves the field."""
        return coordinate in self.external and coordinate not in self.provided


def analyse(subgraph: Subgraph, contextual: Iterable[Coordinate] = ()) -> Ownership:
    """Derive the ownership facts; `contextual` are fields that `@fromContext` selects."""
    selections = read_selections(subgraph)
    implementations = implementations_of(subgraph.types)
    key_fields: set[Coordinate] = set()
    extension_keys: set[Coordinate] = set()
    provided: set[Coordinate] = set()
    used: set[Coordinate] = set(contextual)
    extending = {name for name, owner in subgraph.types.items() if extends(owner)}
    for selection in selections:
        reached = reached_by(selection, subgraph.types, implementations)
        used |= reached
        if selection.role is Role.KEY:
            key_fields |= reached
            if selection.applied.extension or selection.owner.name in extending:
                extension_keys |= reached
        elif selection.role is Role.PROVIDES:
            provided |= reached
    external: set[Coordinate] = set()
    shareable = set(key_fields)
    in_interface: set[Coordinate] = set()
    for owner in subgraph.types.values():
        if owner.kind is Kind.OBJECT and owner.interfaces:
            for interface in owner.interfaces:
                definition = subgraph.types.get(interface)
                if definition is not None:
                    in_interface |= {(owner.name, name) for name in definition.fields}
        for field in owner.fields.values():
            coordinate = (owner.name, field.name)
            if coordinate not in extension_keys and find(field.directives, "external"):
                external.add(coordinate)
            if find(field.directives, "shareable"):
                shareable.add(coordinate)
    return Ownership(
        selections,
        frozenset(external),
        frozenset(provided & external),
        frozenset(shareable | provided),
        frozenset(used),
        frozenset(in_interface),
    )


def reached_by(
    selection: Selection,
    types: Mapping[str, TypeDef],
    implementations: Mapping[str, list[str]],
) -> set[Coordinate]:
    """Coordinates that a field set selects, those of an interface's implementations included."""
    if selection.tree is None:
        return set()
    reached: set[Coordinate] = set()
    for step in walk(types, selection.target, selection.tree):
        reached.add(step.coordinate)
        owner, name = step.coordinate
        reached |= {(other, name) for other in implementations.get(owner, ())}
    return reached


def implementations_of(types: Mapping[str, TypeDef]) -> dict[str, list[str]]:
    """Interface -> object types of this schema that implement it."""
    result: dict[str, list[str]] = {}
    for definition in types.values():
        if definition.kind is Kind.OBJECT:
            for interface in definition.interfaces:
                result.setdefault(interface, []).append(definition.name)
    return result


def extends(definition: TypeDef) -> bool:
    """Whether a type says by `@extends` that it extends another subgraph's."""
    return bool(find(definition.directives, "extends"))
