"""Where `@listSize` is applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.composition.subgraph import Subgraph
from gateway.supergraph.definitions import (
    Applied,
    FieldDef,
    ListOf,
    Location,
    NonNull,
    TypeRef,
    find,
)


@dataclass(frozen=True, slots=True)
class ListSizeUse:
    """A field with `@listSize`."""

    coordinate: str
    field: FieldDef
    applied: Applied

    def names(self, argument: str) -> tuple[str, ...]:
        """An argument that lists names; empty where it is not given."""
        value = self.applied.args.get(argument)
        items = value if isinstance(value, tuple) else (value,)
        return tuple(item for item in items if isinstance(item, str))

    @property
    def location(self) -> Location | None:
        """Where the directive is applied."""
        return self.applied.location


def list_sizes(subgraph: Subgraph) -> Iterator[ListSizeUse]:
    """Every application of `@listSize`."""
    for owner in subgraph.types.values():
        for field in owner.fields.values():
            applied = find(field.directives, "listSize") if field.directives else None
            if applied is not None:
                yield ListSizeUse(f"{owner.name}.{field.name}", field, applied)


def is_list(ref: TypeRef) -> bool:
    """Whether a type is a list."""
    return isinstance(ref.of if isinstance(ref, NonNull) else ref, ListOf)
